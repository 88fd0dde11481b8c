import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import { unitsOf } from './frame-sizes.js';

/** The unit type of a sequence parameter set of H.264. */
const PARAMETER_SET = 7;

/** Profiles whose parameter sets say what chroma there is. */
const HIGH_PROFILES: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

/** Whether a video is stored as interlaced. Only H.264 is, of what browsers decode. */
export async function isInterlaced(track: InputVideoTrack): Promise<boolean> {
  if ((await track.getCodec()) !== 'avc') return false;
  const description = (await track.getDecoderConfig())?.description;
  const set = description ? firstSetOf(bytesOf(description)) : await firstSetInTrack(track);
  return set !== undefined && allowsFields(set);
}

function bytesOf(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** The first parameter set of an `avcC` record. */
function firstSetOf(record: Uint8Array): Uint8Array | undefined {
  const length = (record[6] ?? 0) * 256 + (record[7] ?? 0);
  return ((record[5] ?? 0) & 31) > 0 ? record.subarray(8, 8 + length) : undefined;
}

async function firstSetInTrack(track: InputVideoTrack): Promise<Uint8Array | undefined> {
  const packet = await new EncodedPacketSink(track).getFirstKeyPacket();
  return packet ? unitsOf(packet.data).find((unit) => ((unit[0] ?? 0) & 31) === PARAMETER_SET) : undefined;
}

/**
 * Whether a parameter set of H.264 allows fields: `frame_mbs_only_flag` is 0 (section 7.3.2.1.1 of the specification).
 *
 * @param unit - The set with its header.
 */
export function allowsFields(unit: Uint8Array): boolean {
  const bits = new BitReader(unit);
  bits.read(8);
  const profile = bits.read(8);
  bits.read(16); // constraints, level
  bits.readCount(); // seq_parameter_set_id
  if (HIGH_PROFILES.has(profile)) skipHighProfile(bits);
  bits.readCount(); // log2_max_frame_num
  const order = bits.readCount();
  if (order === 0) bits.readCount();
  else if (order === 1) {
    bits.read(1);
    bits.readCount();
    bits.readCount();
    const cycle = bits.readCount();
    for (let i = 0; i < cycle && !bits.isOver; i++) bits.readCount();
  }
  bits.readCount(); // max_num_ref_frames
  bits.read(1); // gaps_in_frame_num_value_allowed
  bits.readCount(); // pic_width_in_mbs
  bits.readCount(); // pic_height_in_map_units
  return !bits.isOver && bits.read(1) === 0;
}

function skipHighProfile(bits: BitReader): void {
  const chroma = bits.readCount();
  if (chroma === 3) bits.read(1);
  bits.readCount(); // bit depths
  bits.readCount();
  bits.read(1);
  if (bits.read(1) === 0) return;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
    if (bits.read(1) === 0) continue;
    let [last, next] = [8, 8];
    for (let i = 0; i < (list < 6 ? 16 : 64) && next !== 0 && !bits.isOver; i++) {
      const count = bits.readCount();
      const delta = count % 2 === 0 ? -count / 2 : (count + 1) / 2;
      next = (last + delta + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** Reads the bits of a unit, without the bytes that keep start codes out of it. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(unit: Uint8Array) {
    this.#bytes = unit.filter((byte, i) => !(byte === 3 && i >= 2 && unit[i - 1] === 0 && unit[i - 2] === 0));
  }

  /** Whether more bits were read than there are. */
  get isOver(): boolean {
    return this.#at > 8 * this.#bytes.length;
  }

  read(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value = value * 2 + (((this.#bytes[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  /** An Exp-Golomb code. */
  readCount(): number {
    let zeros = 0;
    while (!this.isOver && this.read(1) === 0) zeros++;
    return zeros > 31 ? 0 : 2 ** zeros - 1 + this.read(zeros);
  }
}
