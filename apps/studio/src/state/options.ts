import type { LiveOptions, Quality, WebQuality } from '@elsewhere/web';
import { batch, computed, signal } from '@preact/signals';
import { isBoolean, oneOf, stored, within } from './stored.js';

/** The frame heights to choose from; `auto` leaves it to the camera. */
export const RESOLUTIONS = ['auto', '360', '720', '1080'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** The frame rates to choose from. */
export const FRAME_RATES = ['auto', '15', '24', '30', '60'] as const;
export type FrameRate = (typeof FRAME_RATES)[number];

export const QUALITIES: readonly WebQuality[] = ['auto', 'highest', 'high', 'medium', 'low', 'lowest'];

export const resolution = stored<Resolution>('resolution', 'auto', oneOf(RESOLUTIONS));
export const frameRate = stored<FrameRate>('frameRate', 'auto', oneOf(FRAME_RATES));

/** The quality levels of earlier versions, which users' browsers have stored. */
const FORMER_QUALITIES = new Map<unknown, WebQuality>([
  ['light', 'lowest'],
  ['fast', 'low'],
  ['balanced', 'medium'],
  ['best', 'highest'],
  ['finest', 'highest'],
]);

export const quality = stored<WebQuality>(
  'quality',
  'auto',
  oneOf(QUALITIES),
  (value) => FORMER_QUALITIES.get(value) ?? value,
);

/**
 * Replaces `auto` while a recording runs: the size of its frames must not change, and with a fixed quality nothing adapts.
 * `undefined`: no recording runs.
 */
export const heldQuality = signal<Quality | undefined>(undefined);

/** The defaults of the output settings. */
const DEFAULTS = {
  mirror: true,
  brightness: 0,
  warmth: 0,
  zoom: 1,
  follow: false,
  lightWrap: 0.3,
  colorMatch: 0,
  edgeSoftness: 0,
} as const;

/** On by default, because users are used to their mirror image. */
export const mirror = stored<boolean>('mirror', DEFAULTS.mirror, isBoolean);
/** Whether others see the output live. They must not see it mirrored. */
export const isSeenByOthers = signal(false);
/** Brightness and warmth of the person only. */
export const brightness = stored<number>('brightness', DEFAULTS.brightness, within(-1, 1));
export const warmth = stored<number>('warmth', DEFAULTS.warmth, within(-1, 1));
export const zoom = stored<number>('zoom', DEFAULTS.zoom, within(1, 4));
/** Auto-framing. */
export const follow = stored<boolean>('follow', DEFAULTS.follow, isBoolean);
/** Whether the pipeline's stages are shown instead of the result. */
export const isShowingSteps = signal(false);
export const lightWrap = stored<number>('lightWrap', DEFAULTS.lightWrap, within(0, 1));
export const colorMatch = stored<number>('colorMatch', DEFAULTS.colorMatch, within(0, 1));
export const edgeSoftness = stored<number>('edgeSoftness', DEFAULTS.edgeSoftness, within(0, 1));

/** Resets the output settings. */
export function resetOptions(): void {
  batch(() => {
    mirror.value = DEFAULTS.mirror;
    brightness.value = DEFAULTS.brightness;
    warmth.value = DEFAULTS.warmth;
    zoom.value = DEFAULTS.zoom;
    follow.value = DEFAULTS.follow;
    lightWrap.value = DEFAULTS.lightWrap;
    colorMatch.value = DEFAULTS.colorMatch;
    edgeSoftness.value = DEFAULTS.edgeSoftness;
  });
}

/** The size of a resolution. */
export function sizeOf(choice: Resolution): { readonly width: number; readonly height: number } | undefined {
  const height = Number(choice);
  return choice === 'auto' ? undefined : { width: Math.round((height * 16) / 9), height };
}

/** A frame rate as a number. */
export function rateOf(choice: FrameRate): number | undefined {
  return choice === 'auto' ? undefined : Number(choice);
}

/**
 * The engine's options, except those that depend on the background (see `looksOf`). Cameras may ignore constraints, so the
 * engine enforces the limits.
 */
export const liveOptions = computed<Partial<LiveOptions>>(() => ({
  quality: quality.value === 'auto' ? (heldQuality.value ?? 'auto') : quality.value,
  mirror: mirror.value && !isSeenByOthers.value,
  brightness: brightness.value,
  warmth: warmth.value,
  zoom: zoom.value,
  follow: follow.value,
  stage: isShowingSteps.value ? 'steps' : 'composite',
  maxFrameRate: rateOf(frameRate.value),
  maxSize: sizeOf(resolution.value),
}));
