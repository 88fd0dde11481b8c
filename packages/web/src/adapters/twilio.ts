import type { AddProcessorOptions, VideoProcessor } from 'twilio-video';
import { WebError } from '../errors.js';
import { BackgroundErrorEvent } from '../events.js';
import type { VirtualBackground } from '../virtual-background.js';

/**
 * A video processor for twilio-video's `LocalVideoTrack.addProcessor(processor, TwilioProcessor.options)`.
 *
 * Twilio passes frames on the page's main thread and takes them back on a canvas; each is copied there. A track that is
 * processed from the start avoids this: `new LocalVideoTrack(background.process(camera))`.
 *
 * @example
 * ```ts
 * import { VirtualBackground } from '@elsewhere/web';
 * import { TwilioProcessor } from '@elsewhere/web/twilio';
 * import type { LocalVideoTrack } from 'twilio-video';
 *
 * async function replaceBackground(track: LocalVideoTrack) {
 *   const background = await VirtualBackground.create({ assets: '/elsewhere/' });
 *   const processor = new TwilioProcessor(background);
 *   track.addProcessor(processor, TwilioProcessor.options);
 *   return () => {
 *     track.removeProcessor(processor);
 *     processor.dispose();
 *   };
 * }
 * ```
 */
export class TwilioProcessor implements VideoProcessor, Disposable {
  /**
   * Pass these to `addProcessor`: the input is the element that plays the camera, so that its track can be processed as any
   * other, off the main thread. Twilio's other kinds of input are copies of each frame.
   */
  static readonly options: AddProcessorOptions = {
    inputFrameBufferType: 'video',
    outputFrameBufferContextType: '2d',
  };
  readonly #background: VirtualBackground;
  #camera: MediaStreamTrack | undefined;
  #processed: MediaStreamTrack | undefined;
  #video: HTMLVideoElement | undefined;
  /** Whether the background's listeners know of the error. */
  #hasReported = false;

  /** @param background - Processes the track. It stays the caller's and may process other tracks, too. */
  constructor(background: VirtualBackground) {
    this.#background = background;
  }

  /**
   * Called by Twilio for each frame: draws the latest processed frame. Until there is one, the canvas stays empty.
   *
   * @param input - The element that plays the camera.
   * @param output - Where to draw.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`. The background fires `error` with it, too, because Twilio does not report it.
   */
  processFrame(input: Parameters<VideoProcessor['processFrame']>[0], output: HTMLCanvasElement): void {
    try {
      this.#follow(input);
    } catch (error) {
      // Twilio swallows what is thrown, and calls again with the next frame.
      if (error instanceof WebError && !this.#hasReported) {
        this.#background.dispatchEvent(new BackgroundErrorEvent(error));
      }
      this.#hasReported = true;
      throw error;
    }
    const context = output.getContext('2d');
    if (!context || !this.#video || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#video, 0, 0, output.width, output.height);
  }

  /** Ends the processing. Call this after `removeProcessor`: Twilio does not. */
  dispose(): void {
    this.#processed?.stop();
    if (this.#video) this.#video.srcObject = null;
    this.#camera = undefined;
    this.#processed = undefined;
    this.#video = undefined;
  }

  /** {@link TwilioProcessor.dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Processes the track that an element plays, which changes when Twilio restarts the camera. */
  #follow(input: unknown): void {
    const stream = input instanceof HTMLVideoElement ? input.srcObject : undefined;
    const camera = stream instanceof MediaStream ? stream.getVideoTracks()[0] : undefined;
    if (!camera) {
      throw new WebError(
        'TRACK_INVALID',
        'The processor has got no camera: add it with addProcessor(processor, TwilioProcessor.options).',
      );
    }
    if (camera === this.#camera) return;
    this.dispose();
    this.#camera = camera;
    this.#processed = this.#background.process(camera);
    this.#video = play(this.#processed);
  }
}

function play(track: MediaStreamTrack): HTMLVideoElement {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.autoplay = true;
  video.srcObject = new MediaStream([track]);
  return video;
}
