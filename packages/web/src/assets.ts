/** The files of the assets folder. */
export const ASSETS = {
  engine: 'worker.js',
  output: 'output.js',
  gpu: 'gpu.js',
  converter: 'converter.js',
  video: 'video.js',
  kernels: 'kernels.wasm',
  /** LiteRT's builds: with relaxed SIMD, and for browsers without. */
  litert: { relaxedSimd: 'litert_wasm_internal', compatible: 'litert_wasm_compat_internal' },
} as const;
