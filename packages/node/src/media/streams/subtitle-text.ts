import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SSA,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_TEXT,
  AV_CODEC_ID_WEBVTT,
  type AVCodecID,
} from 'node-av/constants';

/** A subtitle's text with the markup that SubRip and WebVTT share: `<i>`, `<b>`, `<u>`; lines end in `\n`. */
type Marked = string;

const READERS: ReadonlyMap<AVCodecID, (data: Buffer) => Marked> = new Map([
  [AV_CODEC_ID_SUBRIP, (data: Buffer) => plainTags(data.toString('utf8'))],
  [AV_CODEC_ID_TEXT, (data: Buffer) => plainTags(data.toString('utf8'))],
  [AV_CODEC_ID_WEBVTT, (data: Buffer) => plainTags(data.toString('utf8'))],
  [AV_CODEC_ID_ASS, readAss],
  [AV_CODEC_ID_SSA, readAss],
  [AV_CODEC_ID_MOV_TEXT, readMovText],
]);

/** Whether subtitles of a codec are text that can be converted. */
export function isText(codec: AVCodecID): boolean {
  return READERS.has(codec);
}

/**
 * Converts one subtitle from one codec's packet to another's.
 *
 * @param data - The packet's bytes.
 * @param from - Their codec; {@link isText} is true of it.
 * @param to - SubRip, WebVTT or mov_text.
 * @returns The new packet's bytes; `undefined` if the subtitle is empty.
 */
export function convertText(data: Buffer, from: AVCodecID, to: AVCodecID): Buffer | undefined {
  const text = (READERS.get(from)?.(data) ?? '').replace(/\r\n?/g, '\n').replace(/^\n+|\s+$/g, '');
  if (!text) return undefined;
  if (to !== AV_CODEC_ID_MOV_TEXT) return Buffer.from(text.replace(/\n{2,}/g, '\n'));
  const bytes = Buffer.from(text.replace(/<[^>]*>/g, '')).subarray(0, 0xffff);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Keeps italics, bold and underlines; removes other tags, such as fonts, and positions, such as `{\an8}`. */
function plainTags(text: string): Marked {
  return text.replace(/\{\\[^}]*\}/g, '').replace(/<(?!\/?[ibu]>)[^>]*>/gi, '');
}

/** ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text. */
function readAss(data: Buffer): Marked {
  const fields = data.toString('utf8').split(',');
  return fields
    .slice(8)
    .join(',')
    .replace(/\{\\([ibu])1\}/g, '<$1>')
    .replace(/\{\\([ibu])0\}/g, '</$1>')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\\[Nn]/g, '\n')
    .replace(/\\h/g, ' ');
}

function readMovText(data: Buffer): Marked {
  return data.length < 2 ? '' : data.subarray(2, 2 + data.readUInt16BE(0)).toString('utf8');
}

/**
 * The sample description of mov_text (3GPP TS 26.245): white sans-serif text, centred at the bottom.
 */
export function movTextDescription(): Buffer {
  const font = Buffer.from('Sans-Serif');
  const head = Buffer.from([
    0,
    0,
    0,
    0, // display flags
    1,
    0xff, // centred, at the bottom
    0,
    0,
    0,
    0, // background
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0, // text box
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    18,
    0xff,
    0xff,
    0xff,
    0xff, // style: all characters, font 1, upright, 18, white
  ]);
  const table = Buffer.alloc(13);
  table.writeUInt32BE(13 + font.length, 0);
  table.write('ftab', 4, 'latin1');
  table.writeUInt16BE(1, 8);
  table.writeUInt16BE(1, 10);
  table.writeUInt8(font.length, 12);
  return Buffer.concat([head, table, font]);
}
