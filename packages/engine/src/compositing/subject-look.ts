import type { Background } from '../background/background.js';
import type { ColorSpace } from '../frame/color-space.js';
import { type Affines, ColorMatch, identity, UNCHANGED } from './color-match.js';
import type { ColorSamples } from './color-samples.js';

/** The settings of compositing. */
export interface LookSettings {
  /** How much of the background's light spills over the person, 0..1; `undefined`: the default for the background. */
  readonly lightWrap: number | undefined;
  /** How far the person's colours move towards those of the background, 0..1. */
  readonly colorMatch: number;
  /** Exposure of the person, -1..1. */
  readonly brightness: number;
  /** Colour temperature of the person, -1..1. */
  readonly warmth: number;
}

/** The default strength of the light wrap over an image or a video. */
const DEFAULT_LIGHT_WRAP = 0.3;

/** Stops of light at brightness 1. */
const STOPS = 0.75;

/** By how much U goes down and V up at warmth 1: about from daylight to a lamp's light, in samples of 8 bit. */
const WARMEST = { u: 9, v: 7 } as const;

/**
 * How the person is shown over a background: light wrap, colour match, brightness and warmth. The policy of both backends,
 * which only differ in how they compute it.
 */
export class SubjectLook {
  /** Strength of the light wrap, 0..1. */
  lightWrap = 0;
  /** Strength of the colour match, 0..1. */
  colorMatch = 0;
  /** Whether the background is the same for all frames, so that its light needs to be computed only once. */
  isStill = true;
  #brightness = 0;
  #warmth = 0;
  readonly #match = new ColorMatch();
  readonly #toned: Affines = [identity(), identity(), identity()];

  /**
   * Applies settings to a background, before each frame.
   *
   * @param background - The background.
   * @param settings - The settings.
   * @param lightWrap - Replaces `settings.lightWrap`.
   */
  update(
    { type }: Background,
    settings: LookSettings,
    lightWrap: number | undefined = settings.lightWrap,
  ): void {
    const hasColors = type === 'image' || type === 'video';
    const defaultLight = hasColors ? DEFAULT_LIGHT_WRAP : 0;
    // Only these have a light of their own.
    this.lightWrap = hasColors || type === 'color' ? (lightWrap ?? defaultLight) : 0;
    this.colorMatch = hasColors ? settings.colorMatch : 0;
    this.isStill = type !== 'video';
    this.#brightness = settings.brightness;
    this.#warmth = settings.warmth;
  }

  /**
   * Lets the colour match follow a frame.
   *
   * @param samples - Of the person and the background.
   * @param backdrop - Stands for the background: another object means another background.
   * @param strength - Of the colour match for that frame.
   * @param timestamp - The frame's, in microseconds.
   */
  follow(samples: ColorSamples, backdrop: object, strength: number, timestamp: number): void {
    this.#match.follow(samples, backdrop, strength, timestamp);
  }

  /** What is done to the person's samples; {@link UNCHANGED} if nothing is. Valid until the next call. */
  changes(colorSpace: ColorSpace): Affines {
    return this.#tone(this.colorMatch > 0 ? this.#match.planes : UNCHANGED, colorSpace);
  }

  /** The same without the colour match, for a person without a background. */
  ownChanges(colorSpace: ColorSpace): Affines {
    return this.#tone(UNCHANGED, colorSpace);
  }

  /** Adds brightness and warmth to a change. */
  #tone(before: Affines, { range }: ColorSpace): Affines {
    if (this.#brightness === 0 && this.#warmth === 0) return before;
    const gain = 2 ** (STOPS * this.#brightness);
    const black = range === 'limited' ? 16 : 0;
    this.#write(before, 0, gain, black * (1 - gain));
    this.#write(before, 1, gain, 128 * (1 - gain) - WARMEST.u * this.#warmth);
    this.#write(before, 2, gain, 128 * (1 - gain) + WARMEST.v * this.#warmth);
    return this.#toned;
  }

  #write(before: Affines, plane: 0 | 1 | 2, gain: number, offset: number): void {
    const target = this.#toned[plane];
    target.gain = gain * before[plane].gain;
    target.offset = gain * before[plane].offset + offset;
  }
}
