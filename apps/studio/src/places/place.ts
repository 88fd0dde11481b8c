import type { Strings } from '../strings/en.js';
import { grain } from './brush/grain.js';
import { useSceneUnits } from './brush/scene.js';
import { type Context, sheet } from './brush/sheet.js';

/** The name of a place in the code; its titles are in the page's texts. */
export type PlaceId = keyof Strings['places'];

/** Somewhere to be, drawn by code. */
export interface Place {
  /** The name by which it is remembered and has its title. */
  readonly id: PlaceId;
  /** After how many seconds its movement begins anew; without it, nothing moves. */
  readonly loop?: number;
  /** From back to front, in the units of `brush/scene.ts`. */
  readonly layers: readonly Layer[];
  /** Draws it as it is at a time, in seconds, over the whole picture. */
  draw(context: Context, width: number, height: number, time: number): void;
}

/** A part of a place. What is still is drawn once, and then laid over what moves behind it. */
export interface Layer {
  readonly moves: boolean;
  /** Draws it; `turn` is how much of the loop has passed, from 0 to 1. */
  readonly paint: (context: Context, turn: number) => void;
}

/** A layer that is always the same. */
export function still(paint: (context: Context) => void): Layer {
  return { moves: false, paint };
}

/** A layer that is another one at each time, and at `turn` 1 the same as at 0. */
export function moving(paint: (context: Context, turn: number) => void): Layer {
  return { moves: true, paint };
}

/** What a place is made of. */
type Layout = Omit<Place, 'draw'>;

/** Draws a place as it is at a time, in seconds. */
export type Painter = (context: Context, time: number) => void;

/**
 * Draws the still layers of a place, to be used for any number of pictures.
 *
 * @param place - What to draw.
 * @param width - In pixels.
 * @param height - In pixels.
 */
export function prepare({ layers, loop = 1 }: Layout, width: number, height: number): Painter {
  const parts: Layer['paint'][] = [];
  let open: OffscreenCanvasRenderingContext2D | undefined;
  for (const layer of [...layers, still((context) => grain(context, width, height))]) {
    if (layer.moves) {
      open = undefined;
      parts.push((context, turn) => {
        useSceneUnits(context, width, height);
        layer.paint(context, turn);
      });
    } else {
      if (!open) {
        const drawn = sheet(width, height);
        parts.push((context) => {
          context.resetTransform();
          context.drawImage(drawn.canvas, 0, 0);
        });
        open = drawn;
      }
      useSceneUnits(open, width, height);
      layer.paint(open, 0);
    }
  }
  return (context, time) => {
    const turn = (((time % loop) + loop) % loop) / loop;
    context.save();
    for (const part of parts) part(context, turn);
    context.restore();
  };
}

/** Makes a place of its layers. */
export function definePlace(layout: Layout): Place {
  return {
    ...layout,
    draw: (context, width, height, time) => prepare(layout, width, height)(context, time),
  };
}
