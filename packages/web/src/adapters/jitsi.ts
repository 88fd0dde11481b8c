import { WebError } from '../errors.js';
import type { VirtualBackground } from '../virtual-background.js';

/** What an effect asks a track of lib-jitsi-meet: the part of its `JitsiLocalTrack` that matters here. */
export interface JitsiVideoTrack {
  /** Whether it is video. */
  isVideoTrack(): boolean;
  /** Where its picture comes from: `camera`, `desktop`. */
  readonly videoType?: string;
}

/**
 * What `JitsiLocalTrack.setEffect` takes: the interface `IStreamEffect` of lib-jitsi-meet's
 * `modules/RTC/JitsiLocalTrack.ts`. The library publishes no types on npm, hence this copy of its shape.
 */
export interface JitsiStreamEffect {
  /** Whether the effect suits a track. */
  isEnabled(track: JitsiVideoTrack): boolean;
  /** Gives the stream that is shown and sent instead of the camera's. */
  startEffect(stream: MediaStream): MediaStream;
  /** Ends what {@link JitsiStreamEffect.startEffect} began. */
  stopEffect(): void;
}

/**
 * An effect for lib-jitsi-meet's `JitsiLocalTrack.setEffect`.
 *
 * Jitsi sends the camera as it is until an effect is set: give it to `createLocalTracks` as one of its `effects`, or set it
 * before the track is added to the conference.
 */
export class JitsiEffect implements JitsiStreamEffect {
  readonly #background: VirtualBackground;
  #track: MediaStreamTrack | undefined;

  /** @param background - Processes the track. It stays the caller's and may serve other tracks, too. */
  constructor(background: VirtualBackground) {
    this.#background = background;
  }

  /** @param track - Of any kind: the effect is for cameras. */
  isEnabled(track: JitsiVideoTrack): boolean {
    return track.isVideoTrack() && track.videoType !== 'desktop';
  }

  /**
   * Called by Jitsi when the effect is set, and when the camera is turned on again.
   *
   * @param stream - The camera's.
   * @returns A stream with the processed track and the other tracks as they are.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`.
   */
  startEffect(stream: MediaStream): MediaStream {
    this.stopEffect();
    const [camera, ...others] = stream.getVideoTracks();
    if (!camera) throw new WebError('TRACK_INVALID', 'The stream that Jitsi gave has no video track.');
    this.#track = this.#background.process(camera);
    return new MediaStream([this.#track, ...others, ...stream.getAudioTracks()]);
  }

  /** Called by Jitsi when the effect is taken off, and when the camera is turned off. */
  stopEffect(): void {
    this.#track?.stop();
    this.#track = undefined;
  }
}
