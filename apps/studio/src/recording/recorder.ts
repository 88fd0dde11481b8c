import { type FormatName, recordingType } from './formats.js';

/** Bits per pixel of a frame: enough for a person in front of a calm background. */
const BITS_PER_PIXEL = 0.14;

/** A running recording. Paused time does not count. */
export class Recorder {
  readonly #recorder: MediaRecorder;
  readonly #format: FormatName;
  readonly #chunks: Blob[] = [];
  readonly #ended: Promise<void>;
  #before = 0;
  #since = performance.now();

  /**
   * Starts the recording.
   *
   * @param video - The video track.
   * @param audio - The audio track, if there is one.
   */
  constructor(video: MediaStreamTrack, audio: MediaStreamTrack | undefined, format: FormatName) {
    const { width = 1280, height = 720, frameRate = 30 } = video.getSettings();
    const type = recordingType(format);
    this.#format = format;
    this.#recorder = new MediaRecorder(new MediaStream(audio ? [video, audio] : [video]), {
      ...(type && { mimeType: type }),
      videoBitsPerSecond: Math.max(1e6, width * height * frameRate * BITS_PER_PIXEL),
      audioBitsPerSecond: 128_000,
    });
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#chunks.push(data));
    this.#ended = new Promise((resolve) => this.#recorder.addEventListener('stop', () => resolve()));
    // In chunks, so that the browser need not keep all of it in memory.
    this.#recorder.start(1000);
  }

  /** The duration so far, in seconds. */
  get seconds(): number {
    const running = this.#recorder.state === 'recording' ? performance.now() - this.#since : 0;
    return (this.#before + running) / 1000;
  }

  pause(): void {
    this.#before = this.seconds * 1000;
    this.#recorder.pause();
  }

  resume(): void {
    this.#since = performance.now();
    this.#recorder.resume();
  }

  /** Ends the recording and returns the file. */
  async stop(): Promise<Blob> {
    this.#before = this.seconds * 1000;
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    await this.#ended;
    const [type = ''] = this.#recorder.mimeType.split(';');
    const { finish } = await import('./finish.js');
    return finish(new Blob(this.#chunks, { type }), this.#format);
  }
}
