import { AVERROR_EOF } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, FilterInOut, type Frame } from 'node-av/lib';
import { check } from '../ffmpeg.js';

/** A chain of FFmpeg filters for audio. */
export class AudioFilter {
  /** The format of its input, in FFmpeg's syntax. */
  readonly kind: string;
  readonly #graph = new FilterGraph();
  readonly #source: FilterContext;
  readonly #sink: FilterContext;

  /**
   * @param rate - The sampling rate of its input.
   */
  constructor(kind: string, rate: number, chain: string) {
    this.kind = kind;
    this.#graph.alloc();
    this.#source = this.#create('abuffer', 'in', `time_base=1/${rate}:${kind}`);
    this.#sink = this.#create('abuffersink', 'out', null);
    const outputs = FilterInOut.createList([{ name: 'in', filterCtx: this.#source, padIdx: 0 }]);
    const inputs = FilterInOut.createList([{ name: 'out', filterCtx: this.#sink, padIdx: 0 }]);
    check(this.#graph.parsePtr(chain, inputs, outputs), 'read the audio filters');
    check(this.#graph.configSync(), 'connect the audio filters');
  }

  /**
   * @param frame - `null` at the end: what is buffered can be received then.
   */
  send(frame: Frame | null): void {
    const ret = this.#source.buffersrcAddFrameSync(frame);
    if (ret !== AVERROR_EOF) check(ret, 'filter the audio');
  }

  /**
   * @param frame - Receives the next frame.
   * @returns Whether there was one.
   */
  receive(frame: Frame): boolean {
    return this.#sink.buffersinkGetFrameSync(frame) >= 0;
  }

  /** Frees the filters. */
  free(): void {
    this.#graph.free();
  }

  #create(name: string, as: string, args: string | null): FilterContext {
    const filter = Filter.getByName(name);
    const context = filter && this.#graph.createFilter(filter, as, args);
    if (!context) throw new Error(`FFmpeg cannot make the filter ${name} (${args}).`);
    return context;
  }
}
