// The kernels: everything that touches every pixel of a frame. scripts/kernels.mjs generates their TypeScript types from these
// sources.
export { blurBox, blurGather, blurSpread } from './blur';
export { bokeh } from './bokeh';
export { applyColors, countColors, weighColors } from './colors';
export { components, fillComponents } from './components';
export { compose } from './compose';
export { compositeChroma, compositeLuma } from './composite';
export { confine, curve, fuse, halve } from './confidence';
export { recolor, rgbaToI420 } from './convert';
export { foreground } from './foreground';
export { deinterleave, interleave, mirror, turnOver } from './frame';
export { coefficients } from './guided';
export { light } from './light';
export { classify, hardMask, matte } from './matte';
export { matchExposure, motion, quantile, shareAbove } from './motion';
export { remap } from './remap';
export { resize, thumbnail } from './resample';
export { soften } from './soften';
export { steady } from './steady';
export { follow, temporal } from './temporal';
export { tensor } from './tensor';
export { classifyTiles } from './tiles';

/** The first byte that the kernels do not use themselves. */
export function heapBase(): usize {
  return __heap_base;
}

/** Room for the structs that are written anew for each call. */
export const callArguments: usize = memory.data(512, 16);
