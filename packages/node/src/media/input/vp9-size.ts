/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size that a VP9 frame between keyframes states: a size that none of the frames has that it refers to. Encoders for calls
 * change the size that way.
 *
 * @param data - The start of a packet.
 * @returns `undefined` for keyframes, and for frames of the size of an earlier one.
 */
export function newVp9Size(data: Buffer): Size | undefined {
  const bits = new Bits(data);
  if (bits.read(2) !== 2) return undefined;
  const profile = bits.read(1) | (bits.read(1) << 1);
  if (profile === 3) bits.read(1);
  const showsEarlier = bits.read(1) === 1;
  const isKeyframe = !showsEarlier && bits.read(1) === 0;
  if (showsEarlier || isKeyframe) return undefined;
  const isShown = bits.read(1) === 1;
  const isResilient = bits.read(1) === 1;
  const isIntra = !isShown && bits.read(1) === 1;
  if (!isResilient) bits.read(2);
  if (isIntra) {
    bits.read(24);
    if (profile > 0) skipColors(bits, profile);
    bits.read(8);
    return readSize(bits);
  }
  // The frames that it updates, and the three that it refers to.
  bits.read(8 + 3 * 4);
  for (let reference = 0; reference < 3; reference++) if (bits.read(1) === 1) return undefined;
  return readSize(bits);
}

function readSize(bits: Bits): Size {
  return { width: bits.read(16) + 1, height: bits.read(16) + 1 };
}

const RGB = 7;

function skipColors(bits: Bits, profile: number): void {
  if (profile >= 2) bits.read(1);
  const isRgb = bits.read(3) === RGB;
  if (!isRgb) bits.read(1);
  if (profile === 1 || profile === 3) bits.read(isRgb ? 1 : 3);
}

/** Reads bits, the highest of each byte first; zeros after the end. */
class Bits {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  /** Reads up to 31 bits as a number. */
  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++, this.#at++)
      value = (value << 1) | (((this.#data[this.#at >> 3] ?? 0) >> (7 - (this.#at & 7))) & 1);
    return value;
  }
}
