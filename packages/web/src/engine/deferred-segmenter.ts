import type { ModelDescription, Segmentation, Segmenter } from '@elsewhere/engine';

/** A network that is loaded when it is needed, so that the first frame does not wait for it. */
export class DeferredSegmenter implements Segmenter {
  readonly width: number;
  readonly height: number;
  readonly valueRange: readonly [low: number, high: number];
  readonly hasClasses: boolean;
  readonly #compile: () => Promise<Segmenter>;
  #compiling: Promise<Segmenter> | undefined;
  #segmenter: Segmenter | undefined;
  #isDisposed = false;

  /**
   * @param model - Its description.
   * @param compile - Fetches and compiles it.
   */
  constructor({ input, output }: ModelDescription, compile: () => Promise<Segmenter>) {
    ({ width: this.width, height: this.height, valueRange: this.valueRange } = input);
    this.hasClasses = output.kind === 'classes';
    this.#compile = compile;
  }

  /** Whether it is compiled. */
  get isReady(): boolean {
    return this.#segmenter !== undefined;
  }

  /** Compiles it, unless it is compiled already. */
  async prepare(): Promise<void> {
    await this.#get();
  }

  async segment(input: Float32Array, output: Segmentation): Promise<void> {
    const segmenter = this.#segmenter ?? (await this.#get());
    await segmenter.segment(input, output);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#segmenter?.dispose();
  }

  async #get(): Promise<Segmenter> {
    this.#compiling ??= this.#compile();
    const segmenter = await this.#compiling;
    if (this.#isDisposed) segmenter.dispose();
    else this.#segmenter = segmenter;
    return segmenter;
  }
}
