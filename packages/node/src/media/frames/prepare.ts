import type { Frame as EngineFrame } from '@elsewhere/engine';
import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import { type ColorPlan, type FrameKind, knownRange, planColor } from './color.js';
import { FrameFilter } from './filter.js';
import { pixelAspectRatio } from './pixel-aspect.js';
import { isSameShape, place, type Shape, type ShapeReader } from './shape.js';

/** A decoded frame, converted for the engine. */
export interface Prepared {
  /** The frame as the engine takes it: views of FFmpeg's memory, valid until the next frame. */
  readonly frame: EngineFrame;
  readonly plan: ColorPlan;
  /** The frame's own shape. */
  readonly shape: Shape;
  /** Whether the frame before had another shape. */
  readonly isChanged: boolean;
}

/** How many planes a layout has. */
const PLANES = { I420: 3, NV12: 2, RGBA: 1 } as const;

/** Converts decoded frames for the engine: to 8-bit 4:2:0, and all to one shape. */
export class Preparer {
  readonly #shapes: ShapeReader;
  readonly #canvas: Shape;
  readonly #keepsAlpha: boolean;
  readonly #refuse: (why: string) => Error;
  #kind: FrameKind | undefined;
  #shape: Shape | undefined;
  #plan: ColorPlan | undefined;
  #filter: FrameFilter | undefined;

  /**
   * @param options - `shapes`: reads the frames' shapes. `canvas`: the shape that all frames get; frames that are displayed with
   * another aspect ratio have black bars, which the network takes for what they are: background. `keepsAlpha`: frames with alpha become RGBA; default: they are blended with black. `refuse`: makes
   * an error of the end of a sentence ("is ...").
   */
  constructor(options: {
    readonly shapes: ShapeReader;
    readonly canvas: Shape;
    readonly keepsAlpha?: boolean;
    readonly refuse: (why: string) => Error;
  }) {
    this.#shapes = options.shapes;
    this.#canvas = options.canvas;
    this.#keepsAlpha = options.keepsAlpha ?? false;
    this.#refuse = options.refuse;
  }

  /**
   * Converts a frame.
   *
   * @param decoded - The frame as it was decoded.
   */
  prepare(decoded: Frame): Prepared {
    const shape = this.#shapes.read(decoded);
    const isChanged = this.#shape !== undefined && !isSameShape(shape, this.#shape);
    const plan = this.#planFor(decoded, shape, isChanged);
    this.#shape = shape;
    const ready = this.#filter ? this.#filter.apply(decoded) : decoded;
    const { width, height, linesize } = ready;
    const data = ready.data;
    const count = PLANES[plan.layout];
    if (!data || data.length < count || linesize.some((stride) => stride < 0))
      throw this.#refuse('has frames without data');
    const planes = data
      .slice(0, count)
      .map((plane, index) => ({ data: plane, stride: linesize[index] ?? 0 }));
    return {
      frame: {
        format: plan.layout,
        width,
        height,
        planes,
        colorSpace: plan.colorSpace,
        rotation: this.#canvas.orientation?.rotation ?? 0,
        pixelAspectRatio: pixelAspectRatio(this.#canvas.sampleAspectRatio),
      },
      plan,
      shape,
      isChanged,
    };
  }

  /** Frees the filters. */
  dispose(): void {
    this.#filter?.dispose();
    this.#filter = undefined;
  }

  #planFor(decoded: Frame, shape: Shape, isChanged: boolean): ColorPlan {
    const kind: FrameKind = {
      format: decoded.format as AVPixelFormat,
      width: decoded.width,
      height: decoded.height,
      primaries: decoded.colorPrimaries,
      transfer: decoded.colorTrc,
      matrix: decoded.colorSpace,
      range: decoded.colorRange,
      chromaLocation: decoded.chromaLocation,
    };
    if (!isChanged && this.#plan && this.#kind && sameKind(kind, this.#kind)) return this.#plan;
    const plan = planColor(kind, this.#keepsAlpha);
    if (typeof plan === 'string') throw this.#refuse(plan);
    this.#kind = kind;
    this.#plan = plan;
    this.dispose();
    const chain = [plan.chain, ...this.#fit(shape, plan.layout)]
      .filter((part) => part !== undefined)
      .join(',');
    const flipped = decoded.linesize.some((stride) => stride < 0);
    if (chain || flipped) {
      this.#filter = new FrameFilter(
        {
          width: kind.width,
          height: kind.height,
          format: kind.format,
          sampleAspectRatio: shape.sampleAspectRatio,
          colorSpace: kind.matrix,
          colorRange: knownRange(kind.range),
        },
        chain || 'vflip,vflip,copy',
      );
    }
    return plan;
  }

  /** Filters that give a frame the shape of the canvas. */
  #fit(shape: Shape, layout: ColorPlan['layout']): (string | undefined)[] {
    const { width, height } = this.#canvas;
    const { turn, ...box } = place(shape, this.#canvas);
    const isSideways = turn?.includes('transpose') ?? false;
    const [given, high] = isSideways ? [shape.height, shape.width] : [shape.width, shape.height];
    const hasBars = box.width !== width || box.height !== height;
    if (!hasBars) {
      const isSized = given === width && high === height;
      return [turn, isSized ? undefined : `scale=${width}:${height}:flags=bicubic`];
    }
    // Of a background with alpha, nothing is shown beside it.
    const color = layout === 'RGBA' ? 'black@0' : 'black';
    return [
      turn,
      `scale=${box.width}:${box.height}:flags=bicubic`,
      `pad=${width}:${height}:${box.x}:${box.y}:color=${color}`,
    ];
  }
}

function sameKind(a: FrameKind, b: FrameKind): boolean {
  return (
    a.format === b.format &&
    a.width === b.width &&
    a.height === b.height &&
    a.matrix === b.matrix &&
    a.range === b.range &&
    a.transfer === b.transfer &&
    a.primaries === b.primaries
  );
}
