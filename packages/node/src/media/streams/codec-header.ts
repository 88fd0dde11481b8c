import { AV_CODEC_ID_ASS, AV_CODEC_ID_SSA, AV_CODEC_ID_VORBIS, type AVCodecID } from 'node-av/constants';

/**
 * A codec's header without what it has beside the parameters of the codec: Vorbis has tags of its own, with images and places
 * among them, and an ASS script has attached files.
 *
 * @param codec - The codec of a stream that is copied.
 * @param header - Its header, FFmpeg's extradata.
 * @returns The header to write; the same if nothing is to be left out.
 */
export function plainHeader(codec: AVCodecID, header: Buffer): Buffer {
  if (codec === AV_CODEC_ID_VORBIS) return plainVorbis(header);
  return codec === AV_CODEC_ID_ASS || codec === AV_CODEC_ID_SSA ? plainScript(header) : header;
}

/** Identification, comments, set-up: as Matroska stores them, or each with its length before it. */
function plainVorbis(header: Buffer): Buffer {
  const parts = header[0] === 2 ? splitLaced(header) : splitPrefixed(header);
  const [identification, , setup] = parts;
  if (!identification || !setup) return header;
  // "\x03vorbis", no vendor, no comments, the framing bit.
  const comments = Buffer.from('\x03vorbis\0\0\0\0\0\0\0\0\x01', 'latin1');
  const lacing = [identification, comments].map(({ length }) =>
    Buffer.concat([Buffer.alloc(Math.floor(length / 255), 255), Buffer.from([length % 255])]),
  );
  return Buffer.concat([Buffer.from([2]), ...lacing, identification, comments, setup]);
}

function splitLaced(header: Buffer): Buffer[] {
  let at = 1;
  const lengths = [0, 0].map((start) => {
    let length = start;
    for (; header[at] === 255; at++) length += 255;
    return length + (header[at++] ?? 0);
  });
  return split(header, at, [...lengths, header.length - at - lengths.reduce((sum, each) => sum + each, 0)]);
}

function splitPrefixed(header: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 2 <= header.length && parts.length < 3; ) {
    const length = header.readUInt16BE(at);
    parts.push(...split(header, at + 2, [length]));
    at += 2 + length;
  }
  return parts;
}

/** Consecutive parts; none if they are longer than the whole. */
function split(header: Buffer, start: number, lengths: readonly number[]): Buffer[] {
  let at = start;
  const parts = lengths.map((length) => {
    at += length;
    return header.subarray(at - length, at);
  });
  return at > header.length || lengths.some((length) => length < 0) ? [] : parts;
}

/** Sections of a script that say how its text looks. */
const SECTIONS = /^\[(script info|v4\+? styles\+?|events)\]$/i;

function plainScript(header: Buffer): Buffer {
  let isWanted = true;
  const lines = header
    .toString('utf8')
    .split('\n')
    .filter((line) => {
      const text = line.trim();
      if (/^\[.*\]$/.test(text)) isWanted = SECTIONS.test(text);
      return isWanted && !text.startsWith(';');
    });
  return Buffer.from(lines.join('\n'));
}
