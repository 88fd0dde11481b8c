import type { Background } from './background/background.js';
import type { ElsewhereError } from './errors.js';
import type { Frame } from './frame/frame.js';
import type { Segmenter } from './segmentation/segmenter.js';
import type { Stage } from './stage.js';
import type { Statistics } from './statistics.js';

/** How a {@link Pipeline} is made. */
export interface PipelineOptions {
  /** The kernels, `@elsewhere/engine/kernels.wasm`: its bytes or the compiled module. */
  readonly kernels: WebAssembly.Module | BufferSource;
  /** Finds the person. The pipeline owns it from now on and disposes of it. */
  readonly segmenter: Segmenter;
  /** Default `{ type: 'blur' }`. */
  readonly background?: Background;
  /**
   * `soft` (default): a matte with soft edges. `hard`: each pixel is person or not, straight from the network, as in
   * the article that this project began from.
   */
  readonly mask?: 'soft' | 'hard';
  /** What `process` gives back. Default `composite`. */
  readonly stage?: Stage;
}

/** What came of a frame. The same object is used again for the next frame. */
export interface Outcome {
  /**
   * `processed`: the frame with its new background. `placeholder`: something failed, and this is the background alone,
   * without any pixel of the camera.
   */
  kind: 'processed' | 'placeholder';
  /** Planes in the kernels' memory, valid until the next call of any method of the pipeline. */
  frame: Frame;
  /** Why it is a placeholder. */
  error: ElsewhereError | undefined;
}

/** Frame in, frame out. */
export declare class Pipeline {
  static create(options: PipelineOptions): Promise<Pipeline>;
  /** Processes one frame; `timestamp` in microseconds. Stage failures never throw: they give a placeholder. */
  process(frame: Frame, timestamp: number): Promise<Outcome>;
  setBackground(background: Background): void;
  /** Forgets everything about earlier frames. */
  reset(): void;
  readonly statistics: Statistics;
  dispose(): void;
}
