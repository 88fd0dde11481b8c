/**
 * The step of the pipeline that is its output, in the order of processing:
 * - `segmentation`: the network's output, at its own resolution: the class map in the Pascal VOC colours for models
 *   with classes, the confidence as grey for the others.
 * - `mask`: the person white, everything else black.
 * - `foreground`: the person on black.
 * - `backdrop`: the new background, black where the person is.
 * - `matte`: the soft alpha as grey.
 * - `composite`: the result: foreground and backdrop added.
 * - `steps`: all of it in one frame, in two rows: the camera's frame, `segmentation`, `mask`; `foreground`, `backdrop`,
 *   `composite`.
 */
export type Stage = 'segmentation' | 'mask' | 'foreground' | 'backdrop' | 'matte' | 'composite' | 'steps';

/** All stages in the order of processing. */
export const STAGES: readonly Stage[] = [
  'segmentation',
  'mask',
  'foreground',
  'backdrop',
  'matte',
  'composite',
  'steps',
];
