import { enlarge, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from '../methods/method.js';
import type { NetworkName, Networks } from '../methods/networks.js';
import { boxBlur, smoothstep } from './maps.js';

/** The weight of a confident pixel. */
const FOLLOW = 0.8;
const [UNSURE, SURE] = [0.6, 0.9];
/** The radius of the 5x5 box. */
const RADIUS = 2;

/**
 * The filter of Stream's video filters: the category, smoothed over time with a weight that grows with the network's
 * confidence, then a 5x5 box.
 */
export function stream(name: string, network: NetworkName, networks: Networks): Method {
  let state = new Float32Array();
  return {
    name,
    open: () => {
      state = new Float32Array();
    },
    async matte(shot: Shot) {
      const { data, ...size } = await networks.find(network, shot);
      const isFirst = state.length === 0;
      if (isFirst) state = new Float32Array(data.length);
      for (let i = 0; i < data.length; i++) {
        const p = data[i] ?? 0;
        const category = p >= 0.5 ? 1 : 0;
        const gain = isFirst ? 1 : FOLLOW * smoothstep(UNSURE, SURE, Math.max(p, 1 - p));
        state[i] = (state[i] ?? 0) + gain * (category - (state[i] ?? 0));
      }
      return toBytes(boxBlur(enlarge(state, size, shot.size), shot.size, RADIUS), 255);
    },
  };
}
