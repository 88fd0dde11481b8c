import type { Frame as EngineFrame, Rotation } from '@elsewhere/engine';
import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Ratio } from '../ffmpeg.js';
import { type ColorPlan, type FrameKind, knownRange, planColor } from './color.js';
import { FrameFilter } from './filter.js';
import { pixelAspectRatio } from './pixel-aspect.js';

/** A decoded frame, converted for the engine. */
export interface Prepared {
  /** The frame as the engine takes it: views of FFmpeg's memory, valid until the next frame. */
  readonly frame: EngineFrame;
  readonly plan: ColorPlan;
  /** Pixel aspect ratio; `0/1` where unknown. */
  readonly sampleAspectRatio: Ratio;
}

/** How many planes a layout has. */
const PLANES = { I420: 3, NV12: 2, RGBA: 1 } as const;

/** Converts decoded frames for the engine: to 8-bit 4:2:0, and all to one size. */
export class Preparer {
  readonly #turn: string | undefined;
  readonly #rotation: Rotation;
  readonly #keepsAlpha: boolean;
  readonly #refuse: (why: string) => Error;
  #kind: FrameKind | undefined;
  #plan: ColorPlan | undefined;
  #filter: FrameFilter | undefined;
  #size: { readonly width: number; readonly height: number } | undefined;

  /**
   * @param options - `turn`: filters that rotate the pixels, where the output's container has no rotation. `rotation`: the
   * rotation of the frames otherwise. `keepsAlpha`: frames with alpha become RGBA; default: alpha is dropped. `refuse`: makes an error of the end of a sentence ("is ...").
   */
  constructor(options: {
    readonly turn: string | undefined;
    readonly rotation: Rotation;
    readonly keepsAlpha?: boolean;
    readonly refuse: (why: string) => Error;
  }) {
    this.#turn = options.turn;
    this.#rotation = options.rotation;
    this.#keepsAlpha = options.keepsAlpha ?? false;
    this.#refuse = options.refuse;
  }

  /**
   * Converts a frame.
   *
   * @param decoded - The frame as it was decoded.
   * @param pixelShape - The container's sample aspect ratio, which has precedence over the frame's own.
   */
  prepare(decoded: Frame, pixelShape: Ratio): Prepared {
    const plan = this.#planFor(decoded, pixelShape);
    const ready = this.#filter ? this.#filter.apply(decoded) : decoded;
    const { width, height, linesize } = ready;
    const data = ready.data;
    const count = PLANES[plan.layout];
    if (!data || data.length < count || linesize.some((stride) => stride < 0))
      throw this.#refuse('has frames without data');
    this.#size ??= { width, height };
    const planes = data
      .slice(0, count)
      .map((plane, index) => ({ data: plane, stride: linesize[index] ?? 0 }));
    const own = this.#filter ? ready.sampleAspectRatio : undefined;
    const sampleAspectRatio = own ?? (pixelShape.num > 0 ? pixelShape : decoded.sampleAspectRatio);
    return {
      frame: {
        format: plan.layout,
        width,
        height,
        planes,
        colorSpace: plan.colorSpace,
        rotation: this.#rotation,
        pixelAspectRatio: pixelAspectRatio(sampleAspectRatio),
      },
      plan,
      sampleAspectRatio,
    };
  }

  /** Frees the filters. */
  dispose(): void {
    this.#filter?.dispose();
    this.#filter = undefined;
  }

  #planFor(decoded: Frame, pixelShape: Ratio): ColorPlan {
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
    if (this.#plan && this.#kind && sameKind(kind, this.#kind)) return this.#plan;
    const plan = planColor(kind, this.#keepsAlpha);
    if (typeof plan === 'string') throw this.#refuse(plan);
    this.#kind = kind;
    this.#plan = plan;
    this.dispose();
    const chain = [plan.chain, this.#turn, this.#resize(kind)].filter((part) => part !== undefined).join(',');
    const flipped = decoded.linesize.some((stride) => stride < 0);
    if (chain || flipped) {
      this.#filter = new FrameFilter(
        {
          width: kind.width,
          height: kind.height,
          format: kind.format,
          sampleAspectRatio: pixelShape.num > 0 ? pixelShape : decoded.sampleAspectRatio,
          colorSpace: kind.matrix,
          colorRange: knownRange(kind.range),
        },
        chain || 'vflip,vflip,copy',
      );
    }
    return plan;
  }

  /** Scales frames of another size to the size of the first. */
  #resize(kind: FrameKind): string | undefined {
    if (!this.#size) return undefined;
    const turned = this.#turn?.includes('transpose') ?? false;
    const [width, height] = turned ? [kind.height, kind.width] : [kind.width, kind.height];
    if (width === this.#size.width && height === this.#size.height) return undefined;
    return `scale=${this.#size.width}:${this.#size.height}:flags=bicubic`;
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
