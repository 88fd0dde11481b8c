import { enlarge, toBytes } from '../items/scale.js';
import type { Shot } from '../items/shot.js';
import type { Method } from './method.js';
import type { NetworkName, Networks } from './networks.js';

/** A network's confidence map, enlarged bilinearly, without any filter. */
export function rawMethod(name: string, network: NetworkName, networks: Networks): Method {
  return {
    name,
    async matte(shot: Shot) {
      const found = await networks.find(network, shot);
      return toBytes(enlarge(found.data, found, shot.size), 255);
    },
  };
}
