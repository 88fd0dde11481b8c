import type { ConversionWarning } from '@elsewhere/engine';

/** What a file has beside picture and sound, and how many tracks of it. Mediabunny does not report them. */
export interface OtherTracks {
  readonly subtitles: number;
  /** Timecodes, telemetry and whatever else there is. */
  readonly data: number;
  readonly hasChapters: boolean;
}

const NOTHING: OtherTracks = { subtitles: 0, data: 0, hasChapters: false };

/** So many bytes of an index are read at most. */
const MOST_INDEX = 1 << 26;

/** So many bytes at the beginning of a Matroska file are looked at: what describes its tracks comes before its clusters. */
const MATROSKA_HEAD = 1 << 22;

/** Looks for tracks that are neither video nor audio, in MP4, MOV, WebM and Matroska. */
export async function otherTracksOf(file: Blob): Promise<OtherTracks> {
  const head = await viewOf(file.slice(0, 16));
  try {
    if (head.byteLength >= 4 && head.getUint32(0) === EBML) {
      return otherTracksOfMatroska(await viewOf(file.slice(0, MATROSKA_HEAD)));
    }
    const index = await findIndex(file);
    return index ? otherTracksOfIndex(index) : NOTHING;
  } catch (error) {
    // The header is not whole: whoever reads the file will say so.
    if (error instanceof RangeError) return NOTHING;
    throw error;
  }
}

/** What is said of them: no output has them. */
export function warningsOfOthers({ subtitles, data, hasChapters }: OtherTracks): ConversionWarning[] {
  const warnings: ConversionWarning[] = [];
  const say = (code: ConversionWarning['code'], count: number, one: string, many: string) => {
    if (count === 0) return;
    const message =
      count === 1
        ? `One ${one} was left out: the new file cannot hold it.`
        : `${count} ${many} were left out: the new file cannot hold them.`;
    warnings.push({ code, message });
  };
  say('SUBTITLES_DROPPED', subtitles, 'subtitle track', 'subtitle tracks');
  say(
    'DATA_DROPPED',
    data,
    'track that is neither video nor audio',
    'tracks that are neither video nor audio',
  );
  if (hasChapters) {
    warnings.push({
      code: 'CHAPTERS_DROPPED',
      message: 'The chapters were left out: the new file cannot hold them.',
    });
  }
  return warnings;
}

async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/** The contents of the box `moov`, wherever it is. */
async function findIndex(file: Blob): Promise<DataView | undefined> {
  for (let at = 0; at + 8 <= file.size; ) {
    const header = await viewOf(file.slice(at, at + 16));
    const { size, start } = sizeOfBox(header, 0, file.size - at);
    if (textAt(header, 4) === 'moov') return viewOf(file.slice(at + start, at + Math.min(size, MOST_INDEX)));
    if (size < 8) return undefined;
    at += size;
  }
  return undefined;
}

function sizeOfBox(view: DataView, at: number, rest: number): { size: number; start: number } {
  const size = view.getUint32(at);
  if (size === 0) return { size: rest, start: 8 };
  return size === 1 ? { size: Number(view.getBigUint64(at + 8)), start: 16 } : { size, start: 8 };
}

interface Box {
  readonly type: string;
  readonly view: DataView;
}

function* boxesOf(view: DataView): Generator<Box> {
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const { size, start } = sizeOfBox(view, at, view.byteLength - at);
    if (size < start || at + size > view.byteLength) return;
    yield {
      type: textAt(view, at + 4),
      view: new DataView(view.buffer, view.byteOffset + at + start, size - start),
    };
    at += size;
  }
}

function childrenOf(view: DataView | undefined, type: string): DataView[] {
  if (!view) return [];
  return Array.from(boxesOf(view))
    .filter((box) => box.type === type)
    .map((box) => box.view);
}

/** Handlers of tracks, by what they are. */
const PICTURE_OR_SOUND: ReadonlySet<string> = new Set(['vide', 'soun', 'auxv', 'pict']);
const SUBTITLES: ReadonlySet<string> = new Set(['text', 'sbtl', 'subt', 'clcp', 'subp']);

function otherTracksOfIndex(index: DataView): OtherTracks {
  const tracks = childrenOf(index, 'trak').map((track) => ({
    id: idOf(childrenOf(track, 'tkhd')[0]),
    handler: handlerOf(childrenOf(childrenOf(track, 'mdia')[0], 'hdlr')[0]),
    chapters: childrenOf(childrenOf(track, 'tref')[0], 'chap').flatMap(numbersOf),
  }));
  const chapters = new Set(tracks.flatMap((track) => track.chapters));
  const others = tracks.filter(({ id, handler }) => !PICTURE_OR_SOUND.has(handler) && !chapters.has(id));
  const lists = childrenOf(childrenOf(index, 'udta')[0], 'chpl');
  const subtitles = others.filter(({ handler }) => SUBTITLES.has(handler)).length;
  return {
    subtitles,
    data: others.length - subtitles,
    hasChapters: lists.length > 0 || tracks.some(({ id }) => chapters.has(id)),
  };
}

function idOf(header: DataView | undefined): number {
  if (!header) return 0;
  return header.getUint32(header.getUint8(0) === 1 ? 20 : 12);
}

function handlerOf(handler: DataView | undefined): string {
  return handler ? textAt(handler, 8) : 'vide';
}

function numbersOf(view: DataView): number[] {
  return Array.from({ length: view.byteLength >> 2 }, (_, i) => view.getUint32(4 * i));
}

const [EBML, SEGMENT, TRACKS, TRACK, TYPE, CHAPTERS, CLUSTER] = [
  0x1a45dfa3, 0x18538067, 0x1654ae6b, 0xae, 0x83, 0x1043a770, 0x1f43b675,
];

interface Element {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** The elements of a part of a file; the size of the last one may be unknown. */
function* elementsOf(view: DataView, from: number, to: number): Generator<Element> {
  for (let at = from; at < to; ) {
    const idBytes = Math.clz32(view.getUint8(at)) - 23;
    let id = 0;
    for (let i = 0; i < idBytes; i++) id = id * 256 + view.getUint8(at + i);
    const first = view.getUint8(at + idBytes);
    const sizeBytes = Math.clz32(first) - 23;
    let size = first & (255 >> sizeBytes);
    let isUnknown = size === 255 >> sizeBytes;
    for (let i = 1; i < sizeBytes; i++) {
      const byte = view.getUint8(at + idBytes + i);
      isUnknown &&= byte === 255;
      size = size * 256 + byte;
    }
    const start = at + idBytes + sizeBytes;
    const end = isUnknown ? to : start + size;
    yield { id, from: start, to: Math.min(end, to) };
    at = end;
  }
}

function otherTracksOfMatroska(view: DataView): OtherTracks {
  let [subtitles, data, hasChapters] = [0, 0, false];
  for (const segment of elementsOf(view, 0, view.byteLength)) {
    if (segment.id !== SEGMENT) continue;
    for (const element of elementsOf(view, segment.from, segment.to)) {
      if (element.id === CLUSTER) break;
      if (element.id === CHAPTERS) hasChapters = true;
      if (element.id !== TRACKS) continue;
      for (const track of elementsOf(view, element.from, element.to)) {
        if (track.id !== TRACK) continue;
        const type = Array.from(elementsOf(view, track.from, track.to)).find(({ id }) => id === TYPE);
        const kind = type ? view.getUint8(type.from) : 1;
        if (kind === 17 || kind === 16) subtitles++;
        else if (kind > 2) data++;
      }
    }
  }
  return { subtitles, data, hasChapters };
}
