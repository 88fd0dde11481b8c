import { enlarge, type Size, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from '../methods/method.js';
import type { NetworkName, Networks } from '../methods/networks.js';
import { blocks, colorWeight, colorWeights, fillBlock, sparseOffsets } from './maps.js';

/** Confidence (0..255) from which a pixel is foreground, and up to which it is background; in between it keeps its class. */
const [ON, OFF] = [180, 80];
/** In pixels of a 256x144 mask. */
const RADIUS = 8;
const SIGMA_COLOR = 0.1;
const COLOR_WEIGHTS = colorWeights(SIGMA_COLOR ** 2);

/** The filter of Twilio's video processors: hysteresis over time, then a separable joint bilateral filter. */
export function twilio(name: string, network: NetworkName, networks: Networks): Method {
  let state = new Float32Array();
  return {
    name,
    open: () => {
      state = new Float32Array();
    },
    async matte(shot: Shot) {
      const { data, ...small } = await networks.find(network, shot);
      if (state.length === 0) state = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) {
        const confidence = Math.round(255 * (data[i] ?? 0));
        if (confidence >= ON) state[i] = 1;
        else if (confidence <= OFF) state[i] = 0;
      }
      const { size, rgb } = shot;
      const across = bilateral(enlarge(state, small, size), rgb, size, [1, 0]);
      return toBytes(bilateral(across, rgb, size, [0, 1]), 255);
    },
  };
}

/** One direction of the filter. */
function bilateral(
  mask: Float32Array,
  rgb: Uint8Array,
  size: Size,
  [across, down]: readonly [across: number, down: number],
): Float32Array {
  const { width, height } = size;
  const radius = RADIUS * Math.max(width / 256, height / 144);
  const step = Math.max(1, Math.floor((0.5 * radius) / Math.log(radius)));
  const offsets = sparseOffsets(radius, step);
  const weights = Float64Array.from(offsets, (offset) => Math.exp((-0.5 * offset * offset) / radius ** 2));
  const reach = Math.ceil(radius);
  const result = new Float32Array(mask.length);
  for (const block of blocks(mask, size, [reach * across, reach * down])) {
    if (block.low === block.high) {
      fillBlock(result, size, block, block.low);
      continue;
    }
    for (let y = block.top; y < block.bottom; y++) {
      for (let x = block.left; x < block.right; x++) {
        const here = y * width + x;
        let [sum, total] = [0, 0];
        for (let k = 0; k < offsets.length; k++) {
          const offset = offsets[k] ?? 0;
          const there =
            width * Math.min(height - 1, Math.max(0, y + offset * down)) +
            Math.min(width - 1, Math.max(0, x + offset * across));
          const weight = (weights[k] ?? 0) * colorWeight(COLOR_WEIGHTS, rgb, 3 * here, 3 * there);
          sum += weight * (mask[there] ?? 0);
          total += weight;
        }
        result[here] = sum / total;
      }
    }
  }
  return result;
}
