/** The files of the assets folder by what they are. */
export const ASSETS = {
  worker: 'worker.js',
  outlet: 'outlet.js',
  converter: 'converter.js',
  video: 'video.js',
  gpu: 'gpu.js',
  kernels: 'kernels.wasm',
  /** LiteRT's builds: with relaxed SIMD, and for browsers without. */
  runtime: { fast: 'litert_wasm_internal', compatible: 'litert_wasm_compat_internal' },
} as const;
