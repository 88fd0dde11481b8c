import { basename } from 'node:path';

/** Characters that take two columns of a terminal: East Asian wide ones and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /^(\p{Mn}|\p{Me}|\p{Cf})$/u;

/**
 * How many columns a text without control characters takes on a terminal.
 */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WITHOUT_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

/**
 * Shortens a text in its middle, so that a file's extension stays visible.
 *
 * @param columns - The width of the result, at least 1.
 */
export function shorten(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const characters = [...text];
  const tail: string[] = [];
  const head: string[] = [];
  const room = Math.max(0, columns - 1);
  while (characters.length > 0 && columnsOf(tail.join('')) < Math.floor(room / 3)) {
    tail.unshift(characters.pop() ?? '');
  }
  for (const character of characters) {
    if (columnsOf([...head, character, ...tail].join('')) > room) break;
    head.push(character);
  }
  return `${head.join('')}…${tail.join('')}`;
}

/**
 * Replaces control characters, which file names may contain.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '�');
}

/**
 * The name by which an input is shown.
 *
 * @param input - A path, or a live input as it was typed.
 */
export function displayName(input: string): string {
  return printable(/^(camera|lavfi):/.test(input) ? input : basename(input));
}
