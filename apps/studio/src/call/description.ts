/** The kind of a session description: an invitation, or its answer. */
export type Kind = 'offer' | 'answer';

/** The first letter of a code gives its kind. */
const LETTERS: Readonly<Record<Kind, string>> = { offer: 'i', answer: 'a' };

/** The prefix of an invitation's code in the URL of the page. */
const HASH = '#call=';

/** Encodes a description as a code for any messenger: letters, digits, `-` and `_`. */
export async function encode({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<string> {
  if (type !== 'offer' && type !== 'answer')
    throw new TypeError(`Cannot encode a description of type ${type}.`);
  const packed = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(sdp));
  const letters = btoa(String.fromCharCode(...packed));
  return LETTERS[type] + letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Decodes a code, or a link that contains one.
 *
 * @param text - The pasted text, including anything that a messenger added around it.
 * @param kind - The expected kind.
 * @returns `undefined` if the text is something else.
 */
export async function decode(text: string, kind: Kind): Promise<RTCSessionDescriptionInit | undefined> {
  const code = text
    .slice(text.lastIndexOf(HASH) + 1)
    .replace(/^call=/, '')
    .replace(/\s+/g, '');
  if (!code.startsWith(LETTERS[kind])) return undefined;
  try {
    const letters = atob(code.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    const sdp = new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), packed));
    return sdp.startsWith('v=0') ? { type: kind, sdp } : undefined;
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

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
