/**
 * What the pipeline shows of its work, in the order of a frame's way:
 * - `segmentation`: what the network says, at its own resolution: the class map in the Pascal VOC colours for models
 *   with classes, the confidence as grey for the others.
 * - `mask`: the person white, everything else black.
 * - `foreground`: the person on black.
 * - `backdrop`: the new background, black where the person is.
 * - `matte`: the soft alpha as grey.
 * - `composite`: the result: foreground and backdrop added.
 * - `steps`: all of it in one picture, in two rows: the camera's picture, `segmentation`, `mask`; `foreground`, `backdrop`,
 *   `composite`.
 */
export type Stage = 'segmentation' | 'mask' | 'foreground' | 'backdrop' | 'matte' | 'composite' | 'steps';

/** All stages in the order of a frame's way. */
export const STAGES: readonly Stage[] = [
  'segmentation',
  'mask',
  'foreground',
  'backdrop',
  'matte',
  'composite',
  'steps',
];
