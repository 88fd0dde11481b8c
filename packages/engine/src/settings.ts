import type { PictureSize } from './frame/intake.js';
import { assertRanges } from './ranges.js';
import type { Quality } from './segmentation/quality.js';
import type { Stage } from './stage.js';

/** What of a {@link Pipeline} can be changed between two frames. */
export interface PipelineSettings {
  /**
   * How closely to look. `fast`: at the whole frame only. `light`: the same, on every second frame only; the matte of the
   * others is made of what is known and their own picture. `balanced` (default): with the one network that suits the place
   * where people are. `best`: with both, at the picture and its mirror image; for pictures, or where there is time.
   * `finest`: the same, and on a GPU with finer edges and a finer blur. Without a `closeSegmenter` the last three are like
   * `fast`.
   */
  readonly quality: Quality;
  /**
   * How much of the new place's light spills over the person's edge, 0..1. Default (`undefined`) 0.3 where the background is
   * a picture or a video, 0 where it is a colour. The other backgrounds have no light of their own: it is always 0 there.
   */
  readonly lightWrap: number | undefined;
  /**
   * How far the person's colours go towards those of the new place, 0..1. Default 0. Only where the background is a
   * picture or a video.
   */
  readonly colorMatch: number;
  /**
   * How much softer than they are the person's edges are shown, 0..1; at 1 they are some 2 % of the frame's shorter side
   * wide. Default 0. Not with hard masks.
   */
  readonly edgeSoftness: number;
  /** How much brighter (above 0) or darker the person is shown, -1..1; at 1 by three quarters of a stop. Default 0. */
  readonly brightness: number;
  /** How much warmer (above 0) or cooler the person's light is, -1..1. Default 0. */
  readonly warmth: number;
  /** How much nearer the middle of the picture comes, 1..4; the new place stays where it is. Default 1. */
  readonly zoom: number;
  /** Keep the person in the middle, and near enough that this is possible; `zoom` is the least then. Default false. */
  readonly follow: boolean;
  /** What `process` gives back. Default `composite`. */
  readonly stage: Stage;
  /** Exchange left and right of the frames, as they are shown; backgrounds stay as they are. Default false. */
  readonly mirror: boolean;
  /** How large a picture may come out, as it is shown; larger frames are made smaller first. Default: as large as it came. */
  readonly maxSize: PictureSize | undefined;
}

/** What holds where nothing is said. */
export const DEFAULT_SETTINGS: PipelineSettings = {
  quality: 'balanced',
  lightWrap: undefined,
  colorMatch: 0,
  edgeSoftness: 0,
  brightness: 0,
  warmth: 0,
  zoom: 1,
  follow: false,
  stage: 'composite',
  mirror: false,
  maxSize: undefined,
};

const SETTINGS = Object.keys(DEFAULT_SETTINGS) as (keyof PipelineSettings)[];

/**
 * Puts settings over others and checks them.
 *
 * @param changes - What is to be different.
 * @param current - What holds.
 * @throws {@link EngineError} `OPTION_INVALID` if a number is out of range.
 */
export function mergeSettings(
  changes: Partial<PipelineSettings>,
  current: PipelineSettings,
): PipelineSettings {
  const merged: Record<string, unknown> = { ...current };
  for (const name of SETTINGS) if (name in changes) merged[name] = changes[name];
  const settings = merged as unknown as PipelineSettings;
  assertRanges(settings);
  return settings;
}

/** Whether only a part of each frame is shown. */
export function isFramed({ zoom, follow }: PipelineSettings): boolean {
  return zoom > 1 || follow;
}

/** Whether all that depends on the frames' size can stay as it is. */
export function keepsWorkspace(before: PipelineSettings, next: PipelineSettings): boolean {
  return (
    next.edgeSoftness === before.edgeSoftness &&
    next.maxSize?.width === before.maxSize?.width &&
    next.maxSize?.height === before.maxSize?.height
  );
}
