import { WebError } from '../errors.js';
import type { VirtualBackground } from '../virtual-background.js';

/** The part of lib-jitsi-meet's `JitsiLocalTrack` that an effect uses. */
export interface JitsiVideoTrack {
  /** Whether it is video. */
  isVideoTrack(): boolean;
  /** `camera` or `desktop`. */
  readonly videoType?: string;
}

/**
 * What `JitsiLocalTrack.setEffect` takes: the interface `IStreamEffect` of lib-jitsi-meet's
 * `modules/RTC/JitsiLocalTrack.ts`. The library publishes no types on npm, hence this copy of its shape.
 */
export interface JitsiStreamEffect {
  /** Whether the effect can be set on a track. */
  isEnabled(track: JitsiVideoTrack): boolean;
  /** Returns the stream that is displayed and sent instead of the camera's. */
  startEffect(stream: MediaStream): MediaStream;
  /** Ends what {@link JitsiStreamEffect.startEffect} began. */
  stopEffect(): void;
}

/**
 * An effect for lib-jitsi-meet's `JitsiLocalTrack.setEffect`.
 *
 * Jitsi sends the unprocessed camera until an effect is set: pass it to `createLocalTracks` as one of its `effects`, or set it
 * before the track is added to the conference.
 *
 * @example
 * ```ts
 * import { VirtualBackground } from '@elsewhere/web';
 * import { JitsiEffect, type JitsiStreamEffect } from '@elsewhere/web/jitsi';
 *
 * // As lib-jitsi-meet has it.
 * interface LocalTrack {
 *   setEffect(effect: JitsiStreamEffect | undefined): Promise<void>;
 * }
 *
 * async function replaceBackground(track: LocalTrack) {
 *   const background = await VirtualBackground.create({ assets: '/elsewhere/' });
 *   await track.setEffect(new JitsiEffect(background));
 * }
 * ```
 */
export class JitsiEffect implements JitsiStreamEffect {
  readonly #background: VirtualBackground;
  #track: MediaStreamTrack | undefined;

  /** @param background - Processes the track. It stays the caller's and may process other tracks, too. */
  constructor(background: VirtualBackground) {
    this.#background = background;
  }

  /** Only cameras have the effect. */
  isEnabled(track: JitsiVideoTrack): boolean {
    return track.isVideoTrack() && track.videoType !== 'desktop';
  }

  /**
   * Called by Jitsi when the effect is set, and when the camera is turned on again.
   *
   * @param stream - The camera's.
   * @returns A stream with the processed track and the unchanged other tracks.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`.
   */
  startEffect(stream: MediaStream): MediaStream {
    this.stopEffect();
    const [camera, ...others] = stream.getVideoTracks();
    if (!camera) throw new WebError('TRACK_INVALID', 'The stream from Jitsi has no video track.');
    this.#track = this.#background.process(camera);
    return new MediaStream([this.#track, ...others, ...stream.getAudioTracks()]);
  }

  /** Called by Jitsi when the effect is removed, and when the camera is turned off. */
  stopEffect(): void {
    this.#track?.stop();
    this.#track = undefined;
  }
}
