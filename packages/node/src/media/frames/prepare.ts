import type { Frame as EngineFrame, Rotation } from '@elsewhere/engine';
import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { Ratio } from '../ffmpeg.js';
import { type ColorPlan, knownRange, type PictureKind, planColor } from './color.js';
import { PictureFilter } from './filter.js';

/** A picture made ready for the engine. */
export interface Prepared {
  /** The picture as the engine takes it: views of FFmpeg's memory, valid until the next picture. */
  readonly frame: EngineFrame;
  readonly plan: ColorPlan;
  /** Of the pixels; `0/1` where unknown. */
  readonly sampleAspectRatio: Ratio;
}

/** Makes decoded pictures ready for the engine: 8-bit 4:2:0, all of one size. */
export class Preparer {
  readonly #turn: string | undefined;
  readonly #rotation: Rotation;
  readonly #refuse: (why: string) => Error;
  #kind: PictureKind | undefined;
  #plan: ColorPlan | undefined;
  #filter: PictureFilter | undefined;
  #size: { readonly width: number; readonly height: number } | undefined;

  /**
   * @param options - `turn`: filters that turn the pixels upright, where the output cannot say that it is turned.
   * `rotation`: how the pictures are turned otherwise. `refuse`: makes an error of a sentence's end ("is ...").
   */
  constructor(options: {
    readonly turn: string | undefined;
    readonly rotation: Rotation;
    readonly refuse: (why: string) => Error;
  }) {
    this.#turn = options.turn;
    this.#rotation = options.rotation;
    this.#refuse = options.refuse;
  }

  /**
   * @param picture - A decoded picture.
   * @param pixelShape - The sample aspect ratio that the container gives, which goes before the picture's own.
   * @returns The same picture for the engine.
   */
  prepare(picture: Frame, pixelShape: Ratio): Prepared {
    const plan = this.#planFor(picture, pixelShape);
    const ready = this.#filter ? this.#filter.apply(picture) : picture;
    const { width, height, linesize } = ready;
    const data = ready.data;
    const count = plan.layout === 'NV12' ? 2 : 3;
    if (!data || data.length < count || linesize.some((stride) => stride < 0))
      throw this.#refuse('has no picture data');
    this.#size ??= { width, height };
    const planes = data
      .slice(0, count)
      .map((plane, index) => ({ data: plane, stride: linesize[index] ?? 0 }));
    const own = this.#filter ? ready.sampleAspectRatio : undefined;
    return {
      frame: {
        format: plan.layout,
        width,
        height,
        planes,
        colorSpace: plan.colorSpace,
        rotation: this.#rotation,
      },
      plan,
      sampleAspectRatio: own ?? (pixelShape.num > 0 ? pixelShape : picture.sampleAspectRatio),
    };
  }

  /** Frees the filters. */
  dispose(): void {
    this.#filter?.dispose();
    this.#filter = undefined;
  }

  #planFor(picture: Frame, pixelShape: Ratio): ColorPlan {
    const kind: PictureKind = {
      format: picture.format as AVPixelFormat,
      width: picture.width,
      height: picture.height,
      primaries: picture.colorPrimaries,
      transfer: picture.colorTrc,
      matrix: picture.colorSpace,
      range: picture.colorRange,
      chromaLocation: picture.chromaLocation,
    };
    if (this.#plan && this.#kind && sameKind(kind, this.#kind)) return this.#plan;
    const plan = planColor(kind);
    if (typeof plan === 'string') throw this.#refuse(plan);
    this.#kind = kind;
    this.#plan = plan;
    this.dispose();
    const chain = [plan.chain, this.#turn, this.#resize(kind)].filter((part) => part !== undefined).join(',');
    const flipped = picture.linesize.some((stride) => stride < 0);
    if (chain || flipped) {
      this.#filter = new PictureFilter(
        {
          width: kind.width,
          height: kind.height,
          format: kind.format,
          sampleAspectRatio: pixelShape.num > 0 ? pixelShape : picture.sampleAspectRatio,
          colorSpace: kind.matrix,
          colorRange: knownRange(kind.range),
        },
        chain || 'vflip,vflip,copy',
      );
    }
    return plan;
  }

  /** Pictures that change their size on the way are brought to the size of the first. */
  #resize(kind: PictureKind): string | undefined {
    if (!this.#size) return undefined;
    const turned = this.#turn?.includes('transpose') ?? false;
    const [width, height] = turned ? [kind.height, kind.width] : [kind.width, kind.height];
    if (width === this.#size.width && height === this.#size.height) return undefined;
    return `scale=${this.#size.width}:${this.#size.height}:flags=bicubic`;
  }
}

function sameKind(a: PictureKind, b: PictureKind): boolean {
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
