import type { AddProcessorOptions, VideoProcessor } from 'twilio-video';
import { WebError } from '../errors.js';
import { BackgroundErrorEvent } from '../events.js';
import type { VirtualBackground } from '../virtual-background.js';

/**
 * A video processor for twilio-video's `LocalVideoTrack.addProcessor(processor, TwilioProcessor.options)`.
 *
 * Twilio hands frames over on the page's main thread and takes them back on a canvas; each is copied there. Cheaper, and
 * with no such detour, is a track that is processed from the start: `new LocalVideoTrack(background.process(camera))`.
 */
export class TwilioProcessor implements VideoProcessor, Disposable {
  /**
   * What `addProcessor` must be given: the element that plays the camera, whose track is processed as any other, beside
   * the main thread. Twilio's other inputs are copies of each frame.
   */
  static readonly options: AddProcessorOptions = {
    inputFrameBufferType: 'video',
    outputFrameBufferContextType: '2d',
  };
  readonly #background: VirtualBackground;
  #camera: MediaStreamTrack | undefined;
  #processed: MediaStreamTrack | undefined;
  #video: HTMLVideoElement | undefined;
  /** Whether the background's listeners know what is wrong. */
  #hasTold = false;

  /** @param background - Processes the track. It stays the caller's and may serve other tracks, too. */
  constructor(background: VirtualBackground) {
    this.#background = background;
  }

  /**
   * Called by Twilio for each frame: draws the newest processed frame. As long as there is none the canvas stays empty.
   *
   * @param input - The element that plays the camera.
   * @param output - Where to draw.
   * @throws WebError `TRACK_INVALID` or `DISPOSED`, which the background's event `error` tells, too: Twilio does not.
   */
  processFrame(input: Parameters<VideoProcessor['processFrame']>[0], output: HTMLCanvasElement): void {
    try {
      this.#follow(input);
    } catch (error) {
      // Twilio keeps what is thrown to itself, and asks again with the next frame.
      if (error instanceof WebError && !this.#hasTold) {
        this.#background.dispatchEvent(new BackgroundErrorEvent(error));
      }
      this.#hasTold = true;
      throw error;
    }
    const context = output.getContext('2d');
    if (!context || !this.#video || this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#video, 0, 0, output.width, output.height);
  }

  /** Ends the processing. Twilio does not tell when it removes a processor: call this then. */
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
        'The processor was given no camera: add it with addProcessor(processor, TwilioProcessor.options).',
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
