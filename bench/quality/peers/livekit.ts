import { enlarge, type Size, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from '../methods/method.js';
import type { NetworkName, Networks } from '../methods/networks.js';
import { boxBlur, smoothstep } from './maps.js';

/** The radius of the blur, in pixels of the frame. */
const RADIUS = 8;
/** Half the width of the curve, in slopes of the blurred mask. */
const SOFTNESS = 2;

/** The filter of LiveKit's track processors: the category, blurred at full size, sharpened by its own slope. */
export function livekit(name: string, network: NetworkName, networks: Networks): Method {
  return {
    name,
    async matte(shot: Shot) {
      const found = await networks.find(network, shot);
      const category = found.data.map((p) => (p >= 0.5 ? 1 : 0));
      const blurred = boxBlur(enlarge(category, found, shot.size), shot.size, RADIUS);
      return toBytes(sharpen(blurred, shot.size), 255);
    },
  };
}

function sharpen(mask: Float32Array, { width, height }: Size): Float32Array {
  const result = new Float32Array(mask.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = mask[i] ?? 0;
      if (value === 0 || value === 1) {
        result[i] = value;
        continue;
      }
      const dx = (mask[x < width - 1 ? i + 1 : i] ?? 0) - value;
      const dy = (mask[y < height - 1 ? i + width : i] ?? 0) - value;
      const reach = SOFTNESS * Math.sqrt(dx * dx + dy * dy);
      result[i] = smoothstep(0.5 - reach, 0.5 + reach, value);
    }
  }
  return result;
}
