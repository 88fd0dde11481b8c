import { enlarge, type Size, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from '../methods/method.js';
import type { NetworkName, Networks } from '../methods/networks.js';
import { blocks, colorWeight, colorWeights, fillBlock, smoothstep, sparseOffsets } from './maps.js';

const SIGMA_COLOR = 0.1;
/** The contrast curve at the end. */
const [LOW, HIGH] = [0.5, 0.75];
/** The variance in g(x, s) = exp(-0.5 x^2 / (4 s^2 + 1e-6)). */
const variance = (sigma: number) => 4 * sigma * sigma + 1e-6;
const COLOR_WEIGHTS = colorWeights(variance(SIGMA_COLOR));

/** The filter of Volcomix's virtual-background: a sparse joint bilateral filter at full size, then a curve. */
export function volcomix(name: string, network: NetworkName, networks: Networks): Method {
  return {
    name,
    async matte(shot: Shot) {
      const { rgb, size } = shot;
      const found = await networks.find(network, shot);
      return toBytes(bilateral(enlarge(found.data, found, size), rgb, size, found), 255);
    },
  };
}

function bilateral(mask: Float32Array, rgb: Uint8Array, size: Size, network: Size): Float32Array {
  const { width, height } = size;
  const sigma = Math.max(width / network.width, height / network.height);
  const step = Math.max(1, 0.66 * Math.sqrt(sigma));
  const offsets = sparseOffsets(sigma, step);
  const weights = offsets.map((dy) =>
    offsets.map((dx) => Math.exp((-0.5 * (dx * dx + dy * dy)) / variance(sigma))),
  );
  const reach = Math.ceil(sigma);
  const result = new Float32Array(mask.length);
  for (const block of blocks(mask, size, [reach, reach])) {
    if (block.low >= HIGH || block.high <= LOW) {
      fillBlock(result, size, block, block.low >= HIGH ? 1 : 0);
      continue;
    }
    for (let y = block.top; y < block.bottom; y++) {
      for (let x = block.left; x < block.right; x++) {
        const here = y * width + x;
        let [sum, total] = [0, 0];
        for (let row = 0; row < offsets.length; row++) {
          const start = width * clamp(y + (offsets[row] ?? 0), height);
          const spaceWeights = weights[row] ?? [];
          for (let column = 0; column < offsets.length; column++) {
            const there = start + clamp(x + (offsets[column] ?? 0), width);
            const weight = (spaceWeights[column] ?? 0) * colorWeight(COLOR_WEIGHTS, rgb, 3 * here, 3 * there);
            sum += weight * (mask[there] ?? 0);
            total += weight;
          }
        }
        result[here] = smoothstep(LOW, HIGH, sum / total);
      }
    }
  }
  return result;
}

function clamp(at: number, length: number): number {
  return Math.min(length - 1, Math.max(0, at));
}
