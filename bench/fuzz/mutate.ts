import type { Random } from '../../packages/engine/test/network/support/random-model.js';

/** Numbers at which programs go wrong, as 1, 2 or 4 bytes. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** How many bytes at the beginning and at the end most often describe all the rest. */
const HEADER = 1024;

/**
 * Damages a file.
 *
 * @param random - Decides what happens.
 * @param bytes - The file, which is left as it is.
 * @param others - Files whose parts are mixed in.
 */
export function mutate(random: Random, bytes: Uint8Array, others: readonly Uint8Array[] = []): Uint8Array {
  let result = bytes;
  for (let count = random.pick(1, 1, 1, 2, 4, 12); count > 0; count--)
    result = change(random, result, others);
  return result;
}

function change(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
  const at = position(random, bytes.length);
  const length = random.integer(1, random.pick(4, 64, 1024));
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(Math.min(bytes.length, at + length));
  switch (random.integer(0, 13)) {
    case 0:
      return before;
    case 1:
      return join(before, after);
    case 2:
      return join(before, bytes.subarray(at, at + length), bytes.subarray(at));
    case 3:
      return join(before, noise(random, length), after);
    case 4:
      return join(before, noise(random, length), bytes.subarray(at));
    case 5: {
      const other = random.pick(bytes, ...others);
      const from = position(random, other.length);
      return join(before, other.subarray(from, from + length), after);
    }
    case 6:
    case 7:
    case 8:
    case 9:
      return withByte(bytes, at, (bytes[at] ?? 0) ^ (1 << random.integer(0, 7)));
    default:
      return withNumber(random, bytes, at);
  }
}

/** Any place, most often where a file describes itself. */
function position(random: Random, length: number): number {
  const last = Math.max(0, length - 1);
  switch (random.integer(0, 3)) {
    case 0:
      return random.integer(0, last);
    case 1:
      return random.integer(Math.max(0, last - HEADER), last);
    default:
      return random.integer(0, Math.min(last, HEADER));
  }
}

function withByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const result = Uint8Array.from(bytes);
  if (at < result.length) result[at] = value;
  return result;
}

function withNumber(random: Random, bytes: Uint8Array, at: number): Uint8Array {
  const result = Uint8Array.from(bytes);
  const size = random.pick(1, 2, 4);
  if (at + size > result.length) return result;
  const value = random.pick(EDGES[0] ?? 0, ...EDGES);
  const isLittle = random.fraction() < 0.5;
  for (let i = 0; i < size; i++) result[at + i] = value >>> (8 * (isLittle ? i : size - 1 - i));
  return result;
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.integer(0, 255));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
