import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  type AVColorRange,
  type AVColorSpace,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVPixelFormat,
} from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, FilterInOut, Frame } from 'node-av/lib';
import { check, FfmpegFailure, type Ratio } from '../ffmpeg.js';

/** The frames that a {@link FrameFilter} takes. */
export interface FilterInput {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly format: AVPixelFormat;
  /** Pixel aspect ratio; `0/1` where unknown. */
  readonly sampleAspectRatio: Ratio;
  readonly colorSpace: AVColorSpace;
  readonly colorRange: AVColorRange;
}

/** A chain of FFmpeg filters. */
export class FrameFilter {
  readonly #graph: FilterGraph;
  readonly #source: FilterContext;
  readonly #sink: FilterContext;
  readonly #frame: Frame;

  /**
   * @param input - The frames that it takes.
   * @param chain - The filters in FFmpeg's syntax, as in `transpose=clock,format=yuv420p`.
   */
  constructor(input: FilterInput, chain: string) {
    this.#graph = new FilterGraph();
    this.#graph.alloc();
    this.#source = this.#allocate('buffer', 'in');
    check(
      this.#source.buffersrcParametersSet({
        width: input.width,
        height: input.height,
        format: input.format,
        timeBase: { num: 1, den: 1000 },
        sampleAspectRatio: input.sampleAspectRatio,
        colorSpace: input.colorSpace,
        colorRange: input.colorRange,
      }),
      'describe the frames to the filters',
    );
    check(this.#source.init(null), 'start the filters');
    this.#sink = this.#allocate('buffersink', 'out');
    check(this.#sink.init(null), 'start the filters');
    const outputs = FilterInOut.createList([{ name: 'in', filterCtx: this.#source, padIdx: 0 }]);
    const inputs = FilterInOut.createList([{ name: 'out', filterCtx: this.#sink, padIdx: 0 }]);
    check(this.#graph.parsePtr(chain, inputs, outputs), `read the filters ${chain}`);
    check(this.#graph.configSync(), `connect the filters ${chain}`);
    this.#frame = new Frame();
    this.#frame.alloc();
  }

  /**
   * Filters a frame, where the chain makes one of each at once. Timestamps do not pass through it.
   *
   * @param frame - As described to the constructor.
   * @returns The filtered frame, valid until the next call.
   */
  apply(frame: Frame): Frame {
    this.#frame.unref();
    this.send(frame);
    if (!this.receive(this.#frame)) throw new FfmpegFailure('filter a frame', AVERROR_EAGAIN);
    return this.#frame;
  }

  /**
   * Takes a frame. Call {@link receive} until there are no more.
   *
   * @param frame - As described to the constructor; `undefined` at the end.
   */
  send(frame: Frame | undefined): void {
    check(this.#source.buffersrcAddFrameSync(frame ?? null, AV_BUFFERSRC_FLAG_KEEP_REF), 'filter a frame');
  }

  /**
   * Receives the next filtered frame.
   *
   * @param frame - Receives it; empty before.
   * @returns Whether there was one.
   */
  receive(frame: Frame): boolean {
    const ret = this.#sink.buffersinkGetFrameSync(frame);
    if (ret === AVERROR_EAGAIN || ret === AVERROR_EOF) return false;
    check(ret, 'filter a frame');
    return true;
  }

  /** Frees the filters. */
  dispose(): void {
    this.#frame.free();
    this.#graph.free();
  }

  #allocate(name: string, as: string): FilterContext {
    const filter = Filter.getByName(name);
    const context = filter && this.#graph.allocFilter(filter, as);
    if (!context) throw new Error(`FFmpeg lacks the filter ${name}.`);
    return context;
  }
}
