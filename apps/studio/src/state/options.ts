import type { LiveOptions, WebQuality } from '@elsewhere/web';
import { batch, computed, signal } from '@preact/signals';
import { isBoolean, oneOf, stored, within } from './stored.js';

/** The heights of picture that can be asked for; `auto`: as the camera likes. */
export const RESOLUTIONS = ['auto', '360', '720', '1080'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Frames a second that can be asked for. */
export const FRAME_RATES = ['auto', '15', '24', '30', '60'] as const;
export type FrameRate = (typeof FRAME_RATES)[number];

export const QUALITIES: readonly WebQuality[] = ['auto', 'highest', 'high', 'medium', 'low', 'lowest'];

export const resolution = stored<Resolution>('resolution', 'auto', oneOf(RESOLUTIONS));
export const frameRate = stored<FrameRate>('frameRate', 'auto', oneOf(FRAME_RATES));

/** The quality levels of earlier versions, which people's browsers have stored. */
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

/** How the picture is before anybody has changed it. */
const PICTURE = {
  mirror: true,
  brightness: 0,
  warmth: 0,
  zoom: 1,
  follow: false,
  lightWrap: 0.3,
  colorMatch: 0,
  edgeSoftness: 0,
} as const;

/** People know themselves from mirrors. */
export const mirror = stored<boolean>('mirror', PICTURE.mirror, isBoolean);
/** Whether others see what comes out, live: nobody else knows one from the mirror. */
export const isSeenByOthers = signal(false);
/** Of the person alone. */
export const brightness = stored<number>('brightness', PICTURE.brightness, within(-1, 1));
export const warmth = stored<number>('warmth', PICTURE.warmth, within(-1, 1));
export const zoom = stored<number>('zoom', PICTURE.zoom, within(1, 4));
/** Whether the picture keeps the person in its middle. */
export const follow = stored<boolean>('follow', PICTURE.follow, isBoolean);
/** Whether the steps of the work are shown instead of its result. */
export const isShowingSteps = signal(false);
export const lightWrap = stored<number>('lightWrap', PICTURE.lightWrap, within(0, 1));
export const colorMatch = stored<number>('colorMatch', PICTURE.colorMatch, within(0, 1));
export const edgeSoftness = stored<number>('edgeSoftness', PICTURE.edgeSoftness, within(0, 1));

/** Undoes all that was changed. */
export function resetPicture(): void {
  batch(() => {
    mirror.value = PICTURE.mirror;
    brightness.value = PICTURE.brightness;
    warmth.value = PICTURE.warmth;
    zoom.value = PICTURE.zoom;
    follow.value = PICTURE.follow;
    lightWrap.value = PICTURE.lightWrap;
    colorMatch.value = PICTURE.colorMatch;
    edgeSoftness.value = PICTURE.edgeSoftness;
  });
}

/** The height and width that go with a resolution. */
export function sizeOf(choice: Resolution): { readonly width: number; readonly height: number } | undefined {
  const height = Number(choice);
  return choice === 'auto' ? undefined : { width: Math.round((height * 16) / 9), height };
}

/** Frames a second as a number. */
export function rateOf(choice: FrameRate): number | undefined {
  return choice === 'auto' ? undefined : Number(choice);
}

/** All of it as the engine takes it, but for what depends on the background (see `looksOf`). Cameras do not always do as they are told: the engine sees to the limits. */
export const liveOptions = computed<Partial<LiveOptions>>(() => ({
  quality: quality.value,
  mirror: mirror.value && !isSeenByOthers.value,
  brightness: brightness.value,
  warmth: warmth.value,
  zoom: zoom.value,
  follow: follow.value,
  stage: isShowingSteps.value ? 'steps' : 'composite',
  maxFrameRate: rateOf(frameRate.value),
  maxSize: sizeOf(resolution.value),
}));
