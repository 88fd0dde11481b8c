import type { Track, TrackProcessor, VideoProcessorOptions } from 'livekit-client';
import type { VirtualBackground } from '../virtual-background.js';

/**
 * A video processor for LiveKit's `LocalVideoTrack.setProcessor`.
 *
 * LiveKit sends the unprocessed camera until a processor is set: set it before the track is published, or pass it to
 * `createLocalVideoTrack` as its `processor`.
 *
 * @example
 * ```ts
 * import { VirtualBackground } from '@elsewhere/web';
 * import { LiveKitProcessor } from '@elsewhere/web/livekit';
 * import { createLocalVideoTrack, type Room } from 'livekit-client';
 *
 * async function publish(room: Room) {
 *   const background = await VirtualBackground.create({ assets: '/elsewhere/' });
 *   const track = await createLocalVideoTrack({ processor: new LiveKitProcessor(background) });
 *   await room.localParticipant.publishTrack(track);
 * }
 * ```
 */
export class LiveKitProcessor implements TrackProcessor<Track.Kind.Video, VideoProcessorOptions> {
  /** The name in LiveKit's logs. */
  readonly name = 'elsewhere-virtual-background';
  /** The track that is sent. LiveKit sends the unprocessed camera where it is missing, so it stays, even after it has ended. */
  processedTrack?: MediaStreamTrack;
  readonly #background: VirtualBackground;

  /** @param background - Processes the track. It stays the caller's and may process other tracks, too. */
  constructor(background: VirtualBackground) {
    this.#background = background;
  }

  /**
   * Called by LiveKit when the processor is set.
   *
   * @param options - The camera's track.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`: the processor is not set then.
   */
  async init({ track }: VideoProcessorOptions): Promise<void> {
    const before = this.processedTrack;
    this.processedTrack = this.#background.process(track);
    before?.stop();
  }

  /**
   * Called by LiveKit when the camera has changed.
   *
   * @param options - The new camera's track.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`: what was sent stays, and LiveKit does not send the new camera.
   */
  async restart(options: VideoProcessorOptions): Promise<void> {
    await this.init(options);
  }

  /** Called by LiveKit when the processor is taken off or the track is stopped. */
  async destroy(): Promise<void> {
    this.processedTrack?.stop();
  }
}
