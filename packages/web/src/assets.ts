/** The files of the assets folder. */
export const ASSETS = {
  engine: 'worker.js',
  output: 'output.js',
  gpu: 'gpu.js',
  converter: 'converter.js',
  video: 'video.js',
  kernels: 'kernels.wasm',
  /** What runs networks on LiteRT. Like its builds, it is fetched only where it is needed, and may be left out. */
  litert: 'litert.js',
  /** LiteRT's builds: with relaxed SIMD, and for browsers without. */
  litertBuilds: { relaxedSimd: 'litert_wasm_internal', compatible: 'litert_wasm_compat_internal' },
} as const;

/** The beginning of the names of all files that only LiteRT needs. `elsewhere-assets` copies them with `--litert`. */
export const LITERT_PREFIX = 'litert';
