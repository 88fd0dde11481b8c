import type { LiveOptions, WebQuality } from '@elsewhere/web';
import { computed } from '@preact/signals';
import { isBoolean, oneOf, stored, within } from './stored.js';

/** The heights of picture that can be asked for; `auto`: as the camera likes. */
export const RESOLUTIONS = ['auto', '360', '720', '1080'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Frames a second that can be asked for. */
export const FRAME_RATES = ['auto', '15', '24', '30', '60'] as const;
export type FrameRate = (typeof FRAME_RATES)[number];

export const QUALITIES: readonly WebQuality[] = ['auto', 'best', 'balanced', 'fast', 'light'];

export const resolution = stored<Resolution>('resolution', 'auto', oneOf(RESOLUTIONS));
export const frameRate = stored<FrameRate>('frameRate', 'auto', oneOf(FRAME_RATES));
export const quality = stored<WebQuality>('quality', 'auto', oneOf(QUALITIES));
/** People know themselves from mirrors. */
export const mirror = stored('mirror', true, isBoolean);
export const lightWrap = stored('lightWrap', 0.3, within(0, 1));
export const colorMatch = stored('colorMatch', 0, within(0, 1));
export const edgeSoftness = stored('edgeSoftness', 0, within(0, 1));

/** The height and width that go with a resolution. */
export function sizeOf(choice: Resolution): { readonly width: number; readonly height: number } | undefined {
  const height = Number(choice);
  return choice === 'auto' ? undefined : { width: Math.round((height * 16) / 9), height };
}

/** Frames a second as a number. */
export function rateOf(choice: FrameRate): number | undefined {
  return choice === 'auto' ? undefined : Number(choice);
}

/** All of it as the engine takes it. Cameras do not always do as they are told: the engine sees to the limits. */
export const liveOptions = computed<Partial<LiveOptions>>(() => ({
  quality: quality.value,
  mirror: mirror.value,
  lightWrap: lightWrap.value,
  colorMatch: colorMatch.value,
  edgeSoftness: edgeSoftness.value,
  maxFrameRate: rateOf(frameRate.value),
  maxSize: sizeOf(resolution.value),
}));
