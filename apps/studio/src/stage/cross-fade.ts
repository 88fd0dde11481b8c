import type { Choice } from '../state/choice.js';
import { isShowingSteps } from '../state/options.js';

/** Frames that may come until one with the new background is on the screen. */
const FRAMES = 3;

/** Fades from one background to the next: the last picture with the old one lies over the video and goes away. */
export class CrossFade {
  readonly #video: HTMLVideoElement;
  readonly #cover: HTMLCanvasElement;
  #last: Choice | undefined;
  #count = 0;

  constructor(video: HTMLVideoElement, cover: HTMLCanvasElement) {
    this.#video = video;
    this.#cover = cover;
  }

  /** Told when the next frame has another background. */
  switched(now: Choice): void {
    const before = this.#last;
    this.#last = now;
    // The room is never shown longer than it has to be, and a slider shows by itself what it does.
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

/** Frames may stop coming; the cover goes all the same. */
function nextFrame(video: HTMLVideoElement): Promise<unknown> {
  return new Promise((resolve) => {
    video.requestVideoFrameCallback(resolve);
    setTimeout(resolve, 200);
  });
}
