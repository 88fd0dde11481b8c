/**
 * The largest share of a frame that may show the room where no person is near: specks that the network takes for a person.
 * Measured over 12 000 frames of the striped clip in Node, of each quality after each other, with 1 to 8 frames from one to the next, and 1800 in
 * Chromium beside two busy programs: nothing with `best` and `fast`; with `light` at most 0.00018, a hand that was there on the frame
 * before, where the network last looked. The frame as it came has 0.6.
 */
export const SPECKS = 0.0005;
