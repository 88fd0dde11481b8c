import { readdirSync } from 'node:fs';
import { ElsewhereError } from '@elsewhere/engine';

/** What may come of an input: it is used, or refused with the code of an error. Anything else is a fault. */
export type Outcome = string;

/** The outcome where nothing is refused. */
export const USED = 'used';

/** A fault that a case has found. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** The codes that blame the user's file for what went wrong, and say so with an exit code of its own. */
const BLAME = /^(INPUT|BACKGROUND|MODEL|OUTPUT|CLASS)_/;

/**
 * Runs something on a damaged file.
 *
 * @param work - What is run. A rejection must be an error that says what is wrong with the file.
 */
export async function outcomeOf(work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return USED;
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = error instanceof ElsewhereError ? error.code : undefined;
    if (code !== undefined && BLAME.test(code) && !code.endsWith('_FAILED')) return code;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Fault(`${code ?? 'no code'}: ${told}`);
  }
}

/** A folder holds these files and no others. */
export function assertOnly(folder: string, names: readonly string[]): void {
  const found = readdirSync(folder).sort();
  if (found.join() !== [...names].sort().join())
    throw new Fault(`There is ${found.join(', ') || 'nothing'}.`);
}

/** A plane has one value, up to what encoders change: nothing of a picture is in it. */
export function assertPlain(plane: Uint8Array, tolerance: number): void {
  let [least, most] = [255, 0];
  for (const value of plane) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (most - least > tolerance) throw new Fault(`A frame is not plain: ${least} to ${most}.`);
}

/** The room's picture is not in a frame of the same size. */
export function assertNotRoom(frame: Uint8Array, room: Uint8Array): void {
  if (frame.length !== room.length || frame.length === 0) return;
  let same = 0;
  for (const [index, value] of frame.entries()) if (Math.abs(value - (room[index] ?? 0)) < 12) same++;
  if (same > 0.8 * frame.length) throw new Fault(`${same} of ${frame.length} pixels are the room's.`);
}
