import { grain } from './brush/grain.js';
import { useSceneUnits } from './brush/scene.js';
import { type Context, sheet } from './brush/sheet.js';
import type { DrawnBackgroundId } from './titles.js';

/** A background that is drawn by code. */
export interface DrawnBackground {
  readonly id: DrawnBackgroundId;
  /** The duration of its loop in seconds; absent if nothing moves. */
  readonly loop?: number;
  /** From back to front, in the units of `brush/scene.ts`. */
  readonly layers: readonly Layer[];
  /** Draws it at a time, in seconds, over the whole image. */
  draw(context: Context, width: number, height: number, time: number): void;
}

/** A layer of a background. Still layers are drawn once and composited over moving ones behind them. */
export interface Layer {
  readonly moves: boolean;
  /** Draws it; `turn` is the position in the loop, from 0 to 1. */
  readonly paint: (context: Context, turn: number) => void;
}

/** A layer that does not change. */
export function still(paint: (context: Context) => void): Layer {
  return { moves: false, paint };
}

/** A layer that changes over time, and is the same at `turn` 1 as at 0. */
export function moving(paint: (context: Context, turn: number) => void): Layer {
  return { moves: true, paint };
}

/** The definition of a background. */
type Layout = Omit<DrawnBackground, 'draw'>;

/** Draws a background at a time, in seconds. */
export type Painter = (context: Context, time: number) => void;

/**
 * Draws the still layers of a background, for any number of images.
 *
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

/** Makes a background from its layers. */
export function defineBackground(layout: Layout): DrawnBackground {
  return {
    ...layout,
    draw: (context, width, height, time) => prepare(layout, width, height)(context, time),
  };
}
