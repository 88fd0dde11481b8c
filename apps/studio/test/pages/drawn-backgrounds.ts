import { DRAWN_BACKGROUNDS, type DrawnBackground, renderImage, renderLoop } from '@elsewhere/gallery';
import { ALL_FORMATS, BlobSource, CanvasSink, Input } from 'mediabunny';

/** Draws the backgrounds and compares what comes out. */
const lab = {
  ids: DRAWN_BACKGROUNDS.map(({ id, loop }) => ({ id, moves: loop !== undefined })),

  /** What can be said about a background's pixels at an odd size. */
  survey(id: string) {
    const background = backgroundOf(id);
    const draw = (time: number) => pixelsOf(background, 321, 183, time);
    const { loop = 1 } = background;
    const first = draw(0);
    return {
      isOpaque: first.every((value, index) => index % 4 !== 3 || value === 255),
      again: difference(first, draw(0)),
      step: difference(first, draw(1 / 15)),
      seam: difference(first, draw(loop - 1 / 15)),
      half: difference(first, draw(loop / 2)),
    };
  },

  /** How far the worker's picture is from the one drawn here. */
  async picture(id: string) {
    const background = backgroundOf(id);
    const picture = await renderImage(background, 320, 180);
    const context = contextOf(320, 180);
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, 320, 180);
    return { width: picture.width, difference: difference(data, pixelsOf(background, 320, 180, 0)) };
  },

  /** Makes a loop and opens it again. */
  async loop(id: string) {
    const background = backgroundOf(id);
    const blob = await renderLoop(background, 320, 180, new AbortController().signal);
    const input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('No video');
    let frames = 0;
    let far = 0;
    for await (const { canvas, timestamp } of new CanvasSink(track).canvases()) {
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, 320, 180);
      if (frames % 30 === 0) far = Math.max(far, difference(data, pixelsOf(background, 320, 180, timestamp)));
      frames++;
    }
    return { loop: background.loop, duration: await input.computeDuration(), frames, far };
  },

  /** The name of what an aborted loop rejects with. */
  async abortedLoop(id: string) {
    const controller = new AbortController();
    const loop = renderLoop(backgroundOf(id), 320, 180, controller.signal);
    setTimeout(() => controller.abort(), 50);
    return loop.then(
      () => 'nothing',
      (error: Error) => error.name,
    );
  },
};

/** What tests find on `globalThis.lab`. */
export type DrawnBackgroundsLab = typeof lab;

Object.assign(globalThis, { lab });

function backgroundOf(id: string): DrawnBackground {
  const background = DRAWN_BACKGROUNDS.find((background) => background.id === id);
  if (!background) throw new RangeError(id);
  return background;
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('No context');
  return context;
}

function pixelsOf(
  background: DrawnBackground,
  width: number,
  height: number,
  time: number,
): Uint8ClampedArray {
  const context = contextOf(width, height);
  background.draw(context, width, height, time);
  return context.getImageData(0, 0, width, height).data;
}

/** The mean difference of two pictures, in steps of 8-bit values. */
function difference(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}
