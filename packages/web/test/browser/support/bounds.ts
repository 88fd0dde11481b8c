/**
 * The largest share of a frame that may show the camera background where no person is near: specks that the
 * network takes for a person. Measured over 14 000 frames of the clip `striped` in Node, each quality after
 * each other and 1 to 8 frames from one to the next, and over 1800 in Chromium beside two busy programs:
 * nothing with `highest`, `medium` and `low`; at most 0.00018 with `lowest`, where a hand was on the frame
 * before. The frame as it came has 0.59 and more.
 */
export const SPECKS = 0.0005;
