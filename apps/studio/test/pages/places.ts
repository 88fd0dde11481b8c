import { ALL_FORMATS, BlobSource, CanvasSink, Input } from 'mediabunny';
import { PLACES, type Place, renderLoop, renderPlace } from '../../src/places/index.js';

/** Draws places and compares what comes out. */
const lab = {
  ids: PLACES.map(({ id, loop }) => ({ id, moves: loop !== undefined })),

  /** What can be said about a place's pixels at an odd size. */
  survey(id: string) {
    const place = placeOf(id);
    const draw = (time: number) => pixelsOf(place, 321, 183, time);
    const { loop = 1 } = place;
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
    const place = placeOf(id);
    const picture = await renderPlace(place, 320, 180);
    const context = contextOf(320, 180);
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, 320, 180);
    return { width: picture.width, difference: difference(data, pixelsOf(place, 320, 180, 0)) };
  },

  /** Makes a loop and opens it again. */
  async loop(id: string) {
    const place = placeOf(id);
    const blob = await renderLoop(place, 320, 180, new AbortController().signal);
    const input = new Input({ source: new BlobSource(blob), formats: ALL_FORMATS });
    const track = await input.getPrimaryVideoTrack();
    if (!track) throw new Error('No video');
    let frames = 0;
    let far = 0;
    for await (const { canvas, timestamp } of new CanvasSink(track).canvases()) {
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, 320, 180);
      if (frames % 30 === 0) far = Math.max(far, difference(data, pixelsOf(place, 320, 180, timestamp)));
      frames++;
    }
    return { loop: place.loop, duration: await input.computeDuration(), frames, far };
  },

  /** The name of what an aborted loop rejects with. */
  async abortedLoop(id: string) {
    const controller = new AbortController();
    const loop = renderLoop(placeOf(id), 320, 180, controller.signal);
    setTimeout(() => controller.abort(), 50);
    return loop.then(
      () => 'nothing',
      (error: Error) => error.name,
    );
  },
};

/** What tests find on `globalThis.lab`. */
export type PlacesLab = typeof lab;

Object.assign(globalThis, { lab });

function placeOf(id: string): Place {
  const place = PLACES.find((place) => place.id === id);
  if (!place) throw new RangeError(id);
  return place;
}

function contextOf(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('No context');
  return context;
}

function pixelsOf(place: Place, width: number, height: number, time: number): Uint8ClampedArray {
  const context = contextOf(width, height);
  place.draw(context, width, height, time);
  return context.getImageData(0, 0, width, height).data;
}

/** The mean difference of two pictures, in steps of 8-bit values. */
function difference(one: Uint8ClampedArray, other: Uint8ClampedArray): number {
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}
