import { BLACK, solidPlanes } from '../background/solid.js';
import { type CompositingStage, composite } from '../compositing/cpu.js';
import { rgbToYuv, type YuvColor } from '../frame/color-space.js';
import { FrameMemory } from '../frame/frame-memory.js';
import type { Kernels } from '../kernels/kernels.js';
import { HARD_THRESHOLD } from '../matting/constants.js';
import type { Matte } from '../matting/matte.js';
import { pascalVocColor } from '../models/pascal-voc.js';
import type { SegmentationStage } from '../segmentation/cpu.js';
import type { Stage } from '../stage.js';
import { Mosaic } from './mosaic.js';

/** What debug views are rendered from. */
export interface DebugViewSources {
  readonly source: FrameMemory;
  readonly segmentation: SegmentationStage;
  /** Whether the network has classes. */
  readonly hasClasses: boolean;
  readonly matte: Matte;
  readonly compositing: CompositingStage;
  readonly backdrop: FrameMemory;
  /** Renders the result. */
  composite(): FrameMemory;
}

/** Renders the steps that lead to the composite. Not a hot path. */
export class DebugViews {
  readonly #kernels: Kernels;
  readonly #black: FrameMemory;
  readonly #target: FrameMemory;
  #mosaic: Mosaic | undefined;

  /**
   * @param kernels - The kernels, in whose memory it works.
   * @param like - A frame of the same size and colour space.
   */
  constructor(kernels: Kernels, like: FrameMemory) {
    this.#kernels = kernels;
    this.#black = solidPlanes(kernels, like, BLACK);
    this.#target = new FrameMemory(kernels, like, 'I420');
  }

  /**
   * Renders a stage.
   *
   * @param stage - The stage.
   * @param from - The results of the steps.
   * @returns A frame that the next call overwrites.
   */
  render(stage: Exclude<Stage, 'composite'>, from: DebugViewSources): FrameMemory {
    const target = this.#target;
    switch (stage) {
      case 'segmentation':
        this.#paintSegmentation(from);
        break;
      case 'mask':
        this.#paintGrey(from.matte, (alpha) => (alpha >= HARD_THRESHOLD * 255 ? 255 : 0));
        break;
      case 'matte':
        this.#paintGrey(from.matte, (alpha) => alpha);
        break;
      case 'foreground':
        from.compositing.cutOut(from.source, from.matte, this.#black, target);
        break;
      case 'backdrop':
        composite(this.#kernels, this.#black, from.backdrop, from.matte, target);
        break;
      case 'steps':
        return this.#renderSteps(from);
    }
    return target;
  }

  /** Frees the memory. */
  dispose(): void {
    this.#black.dispose();
    this.#target.dispose();
    this.#mosaic?.dispose();
  }

  #renderSteps(from: DebugViewSources): FrameMemory {
    this.#mosaic ??= this.#kernels.memory.allOrNothing(() => new Mosaic(this.#kernels, this.#target));
    const mosaic = this.#mosaic;
    mosaic.put(0, from.source);
    for (const [i, stage] of (['segmentation', 'mask', 'foreground', 'backdrop'] as const).entries()) {
      mosaic.put(i + 1, this.render(stage, from));
    }
    mosaic.put(5, from.composite());
    return mosaic.frame;
  }

  /** The matte as grey, mapped by a curve. */
  #paintGrey({ alpha }: Matte, curve: (alpha: number) => number): void {
    const { y, colorSpace } = this.#target;
    const lookup = Uint8Array.from({ length: 256 }, (_, value) => grey(curve(value), colorSpace));
    const [from, to] = [alpha.data, y.data];
    for (let i = 0; i < to.length; i++) to[i] = lookup[from[i] ?? 0] ?? 0;
    this.#target.u.data.fill(128);
    this.#target.v.data.fill(128);
  }

  /** The network's output at its own resolution, without interpolation. */
  #paintSegmentation({ segmentation, hasClasses }: DebugViewSources): void {
    const { found, thumbnail } = segmentation;
    const { colorSpace, rotation } = this.#target;
    const { region } = thumbnail;
    const values = hasClasses
      ? found.classes
      : Uint8Array.from(found.confidence, (value) => Math.round(value * 255));
    const stored = new Uint8Array(values.length);
    segmentation.turnBack(values, rotation, stored);
    const palette = Array.from({ length: 256 }, (_, value): YuvColor => {
      const [r, g, b] = hasClasses ? pascalVocColor(value) : [value, value, value];
      return rgbToYuv({ r: r / 255, g: g / 255, b: b / 255 }, colorSpace);
    });
    for (const name of ['y', 'u', 'v'] as const) {
      const plane = this.#target[name];
      const { data, stride, width, height } = plane;
      const lookup = Uint8Array.from(palette, (color) => color[name]);
      const columns = cellsAlong(width, this.#target.width, region.x, region.width, thumbnail.width);
      const rows = cellsAlong(height, this.#target.height, region.y, region.height, thumbnail.height);
      for (const [y, row] of rows.entries()) {
        for (const [x, column] of columns.entries()) {
          // Outside of the network's input the confidence is 0.
          const isOutside = row === undefined || column === undefined;
          const value = isOutside ? 0 : (stored[row * thumbnail.width + column] ?? 0);
          data[y * stride + x] = lookup[value] ?? 0;
        }
      }
    }
  }
}

/**
 * The cell of a region for each sample of a plane, in one direction.
 *
 * @param samples - Of the plane.
 * @param length - Of the frame in luma pixels.
 * @param start - The region's start in luma pixels.
 * @param extent - Its length in luma pixels.
 * @param cells - Its number of cells.
 */
function cellsAlong(
  samples: number,
  length: number,
  start: number,
  extent: number,
  cells: number,
): readonly (number | undefined)[] {
  return Array.from({ length: samples }, (_, sample) => {
    const cell = Math.floor(((((sample + 0.5) / samples) * length - start) / extent) * cells);
    return cell >= 0 && cell < cells ? cell : undefined;
  });
}

function grey(value: number, colorSpace: FrameMemory['colorSpace']): number {
  return rgbToYuv({ r: value / 255, g: value / 255, b: value / 255 }, colorSpace).y;
}
