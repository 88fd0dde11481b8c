import { type EncodedPacket, EncodedPacketSink, type InputVideoTrack, VideoSampleSink } from 'mediabunny';

/** The size of frames as stored, and the width of their pixels divided by their height. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
  readonly pixelAspectRatio: number;
}

/** So many different sizes are looked for at most. */
const MOST_SIZES = 16;

/**
 * Looks ahead for the sizes of a video's frames, which change where a telephone is turned or a connection becomes better. They
 * can change only with a key frame that says so: of each kind of those one is decoded.
 *
 * @returns Different sizes, the largest first; at least one.
 */
export async function frameSizesOf(track: InputVideoTrack): Promise<readonly [FrameSize, ...FrameSize[]]> {
  const codec = await track.getCodec();
  const packets = new EncodedPacketSink(track);
  const frames = new VideoSampleSink(track);
  const known = new Set<string>();
  const sizes: FrameSize[] = [];
  let packet = await packets.getFirstKeyPacket();
  for (; packet && known.size < MOST_SIZES; packet = await packets.getNextKeyPacket(packet)) {
    const description = describeSize(codec, packet);
    if (known.has(description)) continue;
    known.add(description);
    const sample = await frames.getSample(packet.timestamp).catch(() => null);
    if (!sample) continue;
    const { visibleRect, squarePixelWidth, squarePixelHeight } = sample;
    const { width, height } = visibleRect;
    const pixelAspectRatio = (squarePixelWidth * height) / (squarePixelHeight * width);
    if (!sizes.some((size) => size.width === width && size.height === height)) {
      sizes.push({ width, height, pixelAspectRatio });
    }
    sample.close();
  }
  const [largest, ...others] = sizes.sort((a, b) => b.width * b.height - a.width * a.height);
  return [largest ?? (await statedSize(track)), ...others];
}

async function statedSize(track: InputVideoTrack): Promise<FrameSize> {
  return { width: await track.getCodedWidth(), height: await track.getCodedHeight(), pixelAspectRatio: 1 };
}

/**
 * A key that identifies the size stated in a key frame. Frames with equal keys have the same size; frames of the same size may have
 * different keys.
 *
 * @returns Empty if the frame states no size, so that its size is that of the track.
 */
export function describeSize(codec: string | null, { data }: Pick<EncodedPacket, 'data'>): string {
  switch (codec) {
    case 'vp8':
      return data.subarray(6, 10).join();
    case 'vp9':
      return sizeOfVp9(data);
    case 'avc':
      return parameterSets(data, (unit) => ((unit[0] ?? 0) & 31) === 7);
    case 'hevc':
      return parameterSets(data, (unit) => (((unit[0] ?? 0) >> 1) & 63) === 33);
    case 'av1':
      return sequenceHeader(data);
    default:
      return '';
  }
}

/** Section 6.2 of the bitstream specification: of the uncompressed header, what comes up to the size. */
function sizeOfVp9(data: Uint8Array): string {
  let at = 0;
  const bits = (count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value = value * 2 + (((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  bits(2); // frame_marker
  const profile = bits(1) + 2 * bits(1);
  if (profile === 3) bits(1);
  if (bits(1) === 1) return ''; // show_existing_frame
  bits(1 + 1 + 1 + 24); // frame_type, show_frame, error_resilient_mode, frame_sync_code
  if (profile >= 2) bits(1);
  const isRgb = bits(3) === 7;
  if (!isRgb) bits(profile === 1 || profile === 3 ? 1 + 3 : 1);
  else if (profile === 1 || profile === 3) bits(1);
  return `${bits(16)},${bits(16)}`;
}

function parameterSets(data: Uint8Array, isParameterSet: (unit: Uint8Array) => boolean): string {
  return unitsOf(data).filter(isParameterSet).join(';');
}

/** The units of a packet of H.264 or H.265, with start codes or with lengths of four bytes. */
export function unitsOf(data: Uint8Array): Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const hasStartCodes = data[0] === 0 && data[1] === 0 && (data[2] === 1 || (data[2] === 0 && data[3] === 1));
  return hasStartCodes ? unitsAfterStartCodes(data) : unitsAfterLengths(data, view);
}

function unitsAfterLengths(data: Uint8Array, view: DataView): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at + 4 < data.length; ) {
    const length = view.getUint32(at);
    units.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return units;
}

function unitsAfterStartCodes(data: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  let begin = -1;
  for (let at = 0; at + 2 < data.length; at++) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 1) continue;
    if (begin >= 0) units.push(data.subarray(begin, at));
    begin = at + 3;
    at += 2;
  }
  if (begin >= 0) units.push(data.subarray(begin));
  return units;
}

/** Section 5.3 of the bitstream specification: the unit of type 1. */
function sequenceHeader(data: Uint8Array): string {
  for (let at = 0; at < data.length; ) {
    const header = data[at++] ?? 0;
    if ((header & 4) !== 0) at++;
    let length = 0;
    for (let i = 0; i < 8; i++) {
      const byte = data[at++] ?? 0;
      length += (byte & 127) * 128 ** i;
      if (byte < 128) break;
    }
    if (((header >> 3) & 15) === 1) return data.subarray(at, at + length).join();
    at += length;
  }
  return '';
}
