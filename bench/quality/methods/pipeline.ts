import type { Frame, Pipeline, Quality } from '@elsewhere/engine';
import { createPipeline, type NodePipelineOptions } from '@elsewhere/node';
import type { Shot } from '../items/shot.js';
import { frameToRgb, greyToAlpha } from '../items/yuv.js';
import { GREEN } from '../metrics/composite.js';
import type { Method } from './method.js';

/** Options of a pipeline, and the names of matting steps to disable. */
export type OurSettings = NodePipelineOptions & { readonly without?: readonly string[] };

/** The published pipeline: `--stage matte`, and a green background for composites. */
export class PipelineMethod implements Method {
  readonly name: string;
  readonly #settings: OurSettings;
  #quality: Quality = 'high';
  #matting: Pipeline | undefined;
  #compositing: Pipeline | undefined;

  /**
   * @param name - The name of the row.
   */
  constructor(name: string, settings: OurSettings = {}) {
    this.name = name;
    this.#settings = settings;
  }

  /** Starts anew, with the options that the command uses for such items. */
  open({ kind }: { readonly kind: string }): void {
    this.dispose();
    this.#quality = kind === 'still' ? 'highest' : 'high';
  }

  async matte(shot: Shot): Promise<Uint8Array> {
    this.#matting ??= await createPipeline({ quality: this.#quality, ...this.#settings, stage: 'matte' });
    const { planes, colorSpace, width, height } = await process(this.#matting, shot);
    const [luma] = planes;
    if (!luma) throw new Error('The frame has no luma.');
    const tight = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      tight.set(luma.data.subarray(y * luma.stride, y * luma.stride + width), y * width);
    }
    return greyToAlpha(tight, colorSpace);
  }

  async composite(shot: Shot): Promise<Uint8Array> {
    const color = `rgb(${GREEN.join(' ')})`;
    this.#compositing ??= await createPipeline({
      quality: this.#quality,
      ...this.#settings,
      background: { type: 'color', color },
    });
    return frameToRgb(await process(this.#compositing, shot));
  }

  dispose(): void {
    this.#matting?.dispose();
    this.#compositing?.dispose();
    this.#matting = undefined;
    this.#compositing = undefined;
  }
}

async function process(pipeline: Pipeline, { frame, time }: Shot): Promise<Frame> {
  const { error, frame: result } = await pipeline.process(frame, time);
  if (error) throw error;
  return result;
}
