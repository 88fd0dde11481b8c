import { RecordingClock, SampleTrack, SoundClock, type Stamp } from '../../src/media/timeline/index.js';

/** Indices of the streams of the drawn recordings. */
export const PICTURE = 0;
export const SOUND = 1;
export const SUBTITLES = 2;

/** A packet of a drawn recording. All times in seconds. */
export interface DrawnPacket extends Stamp {
  /** Where it belongs in truth, from the start of the recording. */
  readonly truth: number;
}

/** What a stretch of a recording looks like. */
export interface Stretch {
  /** Its length. */
  readonly seconds: number;
  /** What its clock shows at its start. */
  readonly clock: number;
  /** Frames of picture per second; 0 for none. */
  readonly fps?: number;
  /** Samples in each packet of sound; 0 for none. */
  readonly samples?: number;
  readonly rate?: number;
  /** How much earlier frames are decoded than shown, in frames. */
  readonly delay?: number;
  /** Packets that are missing: by stream and index. */
  readonly missing?: (stream: number, index: number) => boolean;
  /** How much later sound is stored than picture of the same time. */
  readonly lag?: number;
}

/** The packets of stretches that were joined end to end, in the order in which they are stored. */
export function draw(stretches: readonly Stretch[]): DrawnPacket[] {
  let start = 0;
  return stretches.flatMap((stretch) => {
    const { fps = 25, samples = 1024, rate = 48_000, delay = 0, lag = 0, missing = () => false } = stretch;
    const { seconds, clock } = stretch;
    const from = start;
    start += seconds;
    const line = (stream: number, unit: number, reorder: number) =>
      Array.from({ length: unit > 0 ? Math.round(seconds / unit) : 0 }, (_, index) => ({
        stream,
        decode: clock + (index - reorder) * unit,
        show: clock + index * unit,
        duration: unit,
        truth: from + index * unit,
        order: (index - reorder) * unit + (stream === SOUND ? lag : 0),
      })).filter((_, index) => !missing(stream, index));
    return [
      ...line(PICTURE, fps > 0 ? 1 / fps : 0, delay),
      ...line(SOUND, samples > 0 ? samples / rate : 0, 0),
    ]
      .sort((a, b) => a.order - b.order)
      .map(({ order: _, ...packet }) => packet);
  });
}

/** Places all packets of a recording. Returns where they are shown, with the clock. */
export function place(
  packets: readonly Stamp[],
  { restarts = true, wrap = Number.POSITIVE_INFINITY, reorder = 0 } = {},
): { readonly times: readonly number[]; readonly clock: RecordingClock } {
  const clock = new RecordingClock(
    [
      { leads: true, reorder, wrap },
      { leads: true, reorder: 0, wrap },
      { leads: false, reorder: 0, wrap },
    ],
    restarts,
  );
  const times = packets.map(
    (packet, index) =>
      clock.place(packet, (ahead) => packets[index + 1 + ahead]) + (packet.show ?? packet.decode ?? 0),
  );
  return { times, clock };
}

/** A block of decoded sound: its timestamp in seconds, and which samples of the recording it contains. */
export interface Block {
  readonly time: number | undefined;
  readonly from: number;
  readonly count: number;
  readonly rate?: number;
}

/** A part of a track: where it lies, and which samples of the recording it contains. */
export interface Piece {
  readonly at: number;
  readonly from: number;
  readonly count: number;
}

/** A track as it was written: its parts with sound, its length, and how many of its samples are silent. */
export interface Written {
  readonly pieces: readonly Piece[];
  readonly length: number;
  readonly silent: number;
}

/** Writes blocks of sound to a track. */
export function write(
  blocks: readonly Block[],
  { tick = 1 / 48_000, rate = 48_000, length = Number.POSITIVE_INFINITY } = {},
): Written {
  const clock = new SoundClock(tick);
  const track = new SampleTrack(length);
  const pieces: Piece[] = [];
  let [at, silent] = [0, 0];
  for (const { time, from, count, rate: own = rate } of blocks) {
    const begin = clock.next(time, count, own);
    if (begin !== undefined) track.begin(Math.round(begin * rate));
    const { silence, skip, take } = track.lay(count);
    silent += silence;
    at += silence;
    if (take > 0) pieces.push({ at, from: from + skip, count: take });
    at += take;
  }
  return { pieces, length: at, silent };
}
