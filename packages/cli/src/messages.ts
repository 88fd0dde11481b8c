import { type Environment, hasColors } from './environment.js';
import { sentenceOf } from './exit-codes.js';
import { printable } from './text.js';

type Surroundings = Pick<Environment, 'stderr' | 'variables'>;

/**
 * Prints an error as one sentence; its stack trace only under `ELSEWHERE_DEBUG=1`.
 *
 * @param error - Anything that was thrown.
 * @param environment - Where to.
 */
export function printError(error: unknown, { stderr, variables }: Surroundings): void {
  const mark = hasColors(stderr, variables) ? '\x1b[31melsewhere:\x1b[39m' : 'elsewhere:';
  stderr.write(`${mark} ${printable(sentenceOf(error))}\n`);
  if (variables.ELSEWHERE_DEBUG === '1') stderr.write(`${stackOf(error)}\n`);
}

/**
 * Prints a sentence that is not an error.
 *
 * @param kind - A word before it, or none.
 * @param sentence - The sentence.
 * @param environment - Where to.
 */
export function printNote(kind: 'warning' | '', sentence: string, { stderr, variables }: Surroundings): void {
  const mark = hasColors(stderr, variables) ? '\x1b[33mwarning:\x1b[39m ' : 'warning: ';
  stderr.write(`${kind ? `elsewhere: ${mark}` : ''}${printable(sentence)}\n`);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
