import { fromList, type Introduction, toList } from './introduction.js';

/** The kind of a code: an invitation, or its answer. */
export type Kind = 'offer' | 'answer';

/** The first letter of a code gives its kind. */
const LETTERS: Readonly<Record<Kind, string>> = { offer: 'i', answer: 'a' };

/** The prefix of an invitation's code in the URL of the page. */
const HASH = '#call=';

/** The longest code that is read: one with as many addresses as are allowed is shorter. */
const MAX_LENGTH = 2000;

/** The longest text in which a code is looked for: a messenger may add something around it. */
const MAX_TEXT = 10_000;

/** Encodes an introduction for any messenger: letters, digits, `-` and `_`. */
export function encode(kind: Kind, introduction: Introduction): string {
  const letters = btoa(JSON.stringify(toList(introduction)));
  return LETTERS[kind] + letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Decodes a code, or a link that contains one.
 *
 * @param text - The pasted text, including anything that a messenger added around it.
 * @param kind - The expected kind.
 * @returns `undefined` if the text is something else, or was not made by this page.
 */
export function decode(text: string, kind: Kind): Introduction | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const code = text
    .slice(text.lastIndexOf(HASH) + 1)
    .replace(/^call=/, '')
    .replace(/\s+/g, '');
  if (code.length > MAX_LENGTH || !code.startsWith(LETTERS[kind])) return undefined;
  try {
    return fromList(JSON.parse(atob(code.slice(1).replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    return undefined;
  }
}

/** The link that opens this page with an invitation. */
export function linkOf(code: string, page: string): string {
  return page.replace(/#.*/, '') + HASH + code;
}

/** The invitation in the hash of the page's URL. */
export function invitationIn(hash: string): string | undefined {
  return hash.startsWith(HASH) ? hash.slice(HASH.length) : undefined;
}
