import type { Feed } from './feed.js';
import { openSink, type Sink } from './sink.js';

/** The outputs of the page by their tracks. */
const outputs = new WeakMap<MediaStreamTrack, Output>();

/** What stands behind a track that the page has got in place of the camera's. */
export class Output {
  /** The output of a track, if it is one of ours. */
  static of(track: MediaStreamTrack): Output | undefined {
    return outputs.get(track);
  }

  readonly #sink: Sink = openSink();
  #feed: Feed;

  /** @param feed - What is shown. */
  constructor(feed: Feed) {
    this.#feed = feed;
    this.track.contentHint = feed.camera.contentHint;
    outputs.set(this.track, this);
    feed.attach(this);
  }

  /** The page's track. */
  get track(): MediaStreamTrack {
    return this.#sink.track;
  }

  /** The camera, which answers for the track. */
  get camera(): MediaStreamTrack {
    return this.#feed.camera;
  }

  /** Shows a frame and closes it. */
  write(frame: VideoFrame): void {
    this.#sink.write(frame);
  }

  /** Changes the camera for this track alone, as on a camera's track. */
  async applyConstraints(constraints: MediaTrackConstraints | undefined): Promise<void> {
    if (this.#feed.isShared) this.#feed = this.#feed.fork(this);
    await this.camera.applyConstraints(constraints);
  }

  /** Another track of the same camera. */
  clone(): Output {
    const output = new Output(this.#feed);
    output.track.enabled = this.track.enabled;
    output.track.contentHint = this.track.contentHint;
    return output;
  }

  /** The page has stopped the track. */
  stop(): void {
    this.#feed.detach(this);
    this.#sink.close();
  }

  /** The camera has ended. */
  end(): void {
    this.#sink.close();
  }
}
