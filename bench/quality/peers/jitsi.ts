import { enlarge, type Size, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from '../methods/method.js';
import type { NetworkName, Networks } from '../methods/networks.js';
import { smoothstep } from './maps.js';

/** The weight of the new confidence. */
const FOLLOW = 0.25;
/** Slopes of luma (0..1 per pixel) between which the unfiltered mask takes over. */
const [FLAT, STEEP] = [0.05, 0.2];
/** The contrast curve at the end. */
const [LOW, HIGH] = [0.28, 0.65];

/**
 * The filter of Jitsi's second virtual background: the mean over time, a 3x3 Gaussian, the network's own mask at
 * edges of the frame, and a contrast curve.
 */
export function jitsi(name: string, network: NetworkName, networks: Networks): Method {
  let state = new Float32Array();
  return {
    name,
    open: () => {
      state = new Float32Array();
    },
    async matte(shot: Shot) {
      const { data, ...small } = await networks.find(network, shot);
      if (state.length === 0) state = data.slice();
      for (let i = 0; i < data.length; i++) {
        state[i] = FOLLOW * (data[i] ?? 0) + (1 - FOLLOW) * (state[i] ?? 0);
      }
      const { size, rgb } = shot;
      const smooth = enlarge(gaussian3(state, small), small, size);
      const raw = enlarge(data, small, size);
      const slope = lumaSlope(rgb, size);
      for (let i = 0; i < smooth.length; i++) {
        const calm = smooth[i] ?? 0;
        const mixed = calm + smoothstep(FLAT, STEEP, slope[i] ?? 0) * ((raw[i] ?? 0) - calm);
        smooth[i] = smoothstep(LOW, HIGH, mixed);
      }
      return toBytes(smooth, 255);
    },
  };
}

/** Weights 1, 2, 1 in both directions, with the border repeated. */
function gaussian3(map: Float32Array, { width, height }: Size): Float32Array {
  const rows = map.map((value, i) => {
    const x = i % width;
    const left = map[x > 0 ? i - 1 : i] ?? 0;
    const right = map[x < width - 1 ? i + 1 : i] ?? 0;
    return (left + 2 * value + right) / 4;
  });
  return rows.map((value, i) => {
    const above = rows[i >= width ? i - width : i] ?? 0;
    const below = rows[i < width * (height - 1) ? i + width : i] ?? 0;
    return (above + 2 * value + below) / 4;
  });
}

/** The length of the gradient of luma in 0..1, by differences of neighbours. */
function lumaSlope(rgb: Uint8Array, { width, height }: Size): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    luma[i] =
      (0.299 * (rgb[3 * i] ?? 0) + 0.587 * (rgb[3 * i + 1] ?? 0) + 0.114 * (rgb[3 * i + 2] ?? 0)) / 255;
  }
  const slope = new Float32Array(luma.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const dx = (luma[x < width - 1 ? i + 1 : i] ?? 0) - (luma[x > 0 ? i - 1 : i] ?? 0);
      const dy = (luma[y < height - 1 ? i + width : i] ?? 0) - (luma[y > 0 ? i - width : i] ?? 0);
      slope[i] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return slope;
}
