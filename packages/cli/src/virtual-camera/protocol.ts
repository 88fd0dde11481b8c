import { basename, join } from 'node:path';
import type { VirtualCameraSettings, VirtualCameraStatus } from '@elsewhere/node';
import type { Variables } from '../environment.js';

/** What is asked of one that runs: one line of JSON. */
export type ControlRequest =
  | { readonly command: 'set'; readonly changes: VirtualCameraSettings }
  | { readonly command: 'status' | 'pause' | 'resume' | 'stop' };

/** The answer: one line of JSON. */
export type ControlResponse =
  | { readonly status: VirtualCameraStatus }
  | { readonly error: { readonly code: string; readonly message: string } };

/** The longest request, in characters. */
export const MAX_REQUEST = 65_536;

/** The longest part of an output's name in its socket's: the path of a socket has at most 108 bytes. */
const MAX_NAME = 40;

/** The folder of the sockets; `undefined` on systems without a folder for them. */
export function socketFolder({ XDG_RUNTIME_DIR }: Variables): string | undefined {
  return XDG_RUNTIME_DIR ? join(XDG_RUNTIME_DIR, 'elsewhere') : undefined;
}

/**
 * The name of the socket of an output.
 *
 * @param output - As in the status.
 */
export function socketName(output: string): string {
  const name = output === '-' ? 'stdout' : basename(output).slice(0, MAX_NAME);
  return `${name}.sock`;
}
