import type { Choice } from '../state/choice.js';
import { isShowingSteps } from '../state/options.js';

/** How many frames may be presented until one with the new background is on the screen. */
const FRAMES = 3;

/** Fades from one background to the next: the last frame with the previous one covers the video and fades out. */
export class CrossFade {
  readonly #video: HTMLVideoElement;
  readonly #cover: HTMLCanvasElement;
  #last: Choice | undefined;
  #count = 0;

  constructor(video: HTMLVideoElement, cover: HTMLCanvasElement) {
    this.#video = video;
    this.#cover = cover;
  }

  /** Call when the next frame has another background. */
  switched(now: Choice): void {
    const before = this.#last;
    this.#last = now;
    // No fade from the camera background, which must not be shown longer than needed, and none for a slider, whose effect is
    // gradual.
    const isSeamless =
      isShowingSteps.peek() ||
      !before ||
      before.kind === 'none' ||
      (before.kind === now.kind && 'strength' in now);
    if (!isSeamless) void this.#fade();
  }

  async #fade(): Promise<void> {
    const [video, cover] = [this.#video, this.#cover];
    const context = cover.getContext('2d');
    if (!context || video.videoWidth === 0) return;
    const count = ++this.#count;
    cover.width = video.videoWidth;
    cover.height = video.videoHeight;
    context.drawImage(video, 0, 0);
    cover.className = 'picture__fade is-held';
    for (let i = 0; i < FRAMES; i++) await nextFrame(video);
    if (count === this.#count) cover.className = 'picture__fade is-fading';
  }
}

/** The next frame, or a timeout if no frames arrive. */
function nextFrame(video: HTMLVideoElement): Promise<unknown> {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(resolve);
    setTimeout(resolve, 200);
  });
}
