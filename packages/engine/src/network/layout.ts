import { unsupportedModel } from './errors.js';
import { isVector, type MapShape } from './graph.js';
import type { Address, Place, RowReference, Tape } from './tape.js';
import { ZERO_ROW } from './tape.js';

/**
 * The most memory that a network may take, in bytes; the largest known one takes a twentieth. A file can ask for any amount in
 * a few bytes.
 */
const MAX_BYTES = 256 * 1024 * 1024;

/** The most rows of all maps together. Bounds the time that planning takes. */
const MAX_ROWS = 2 ** 18;

/** Every part begins at a multiple of this and is followed by as many unused bytes. */
const ALIGNMENT = 64;

/** Hands out the network's memory. What is handed out stays. */
export class Layout {
  #bytes = 0;

  /** How many bytes are handed out. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws EngineError `MODEL_UNSUPPORTED` if the network takes more than is allowed. */
  allocate(bytes: number): Address {
    const at = this.#bytes;
    this.#bytes += Math.ceil(bytes / ALIGNMENT + 1) * ALIGNMENT;
    if (!(this.#bytes <= MAX_BYTES)) throw unsupportedModel('it needs too much memory');
    return { at };
  }
}

/** A map that is made row by row, each when it is first needed, in order. */
export interface RowMap {
  readonly shape: MapShape;
  /** How many channels a pixel has in memory: those behind the map's own are finite and do not count. */
  readonly stored: number;
  /** How many pixels of zeros each row has before it, and behind it. */
  readonly border: { left: number; right: number };
  /** Where the sums of its channels are gathered, if they are needed. */
  sums: Address | undefined;
  /** Where it is, if it is a constant. */
  readonly constant: Address | undefined;
  /** The number of its first row, counted through all maps. */
  readonly firstRow: number;
  /** How many rows are made already. */
  made: number;
  /** Adds the instructions that make a row. */
  readonly make: (row: number) => void;
}

/** In bytes from a pixel of a map to the next. */
export function pixelStep({ stored }: RowMap): number {
  return 4 * stored;
}

/** How many channels are stored for so many: kernels work on eight at once. */
export function storedChannels(channels: number): number {
  return Math.ceil(channels / 8) * 8;
}

/** All maps' rows, and the order in which they are made. */
export class Rows {
  readonly #tape: Tape;
  readonly #maps: RowMap[] = [];
  #count = 0;
  /** The longest row of zeros that a window reads, in bytes. */
  #zeros = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  /** Adds a map. */
  add(
    shape: MapShape,
    make: (row: number) => void,
    { stored = storedChannels(shape.channels), constant }: { stored?: number; constant?: Address } = {},
  ): RowMap {
    const border = { left: 0, right: 0 };
    const firstRow = this.#count;
    const map: RowMap = { shape, stored, border, sums: undefined, constant, firstRow, made: 0, make };
    this.#maps.push(map);
    this.#count += shape.height;
    if (this.#count > MAX_ROWS) throw unsupportedModel('its maps have too many rows');
    return map;
  }

  /** All maps whose channels are to be summed. */
  get summed(): readonly RowMap[] {
    return this.#maps.filter(({ sums }) => sums !== undefined);
  }

  /** Makes a map's rows up to and with this one, where they are not made yet. */
  need(map: RowMap, row: number): void {
    if (map.constant) return;
    while (map.made <= row) {
      const next = map.made++;
      map.make(next);
      if (map.sums) {
        this.#tape.addToSums(this.at(map, next), map.sums, map.shape.width, map.stored);
      }
    }
  }

  /** Makes the row of another map that belongs to this one, and says where it is; a vector has only one. */
  matching(map: RowMap, row: number): Place {
    const own = isVector(map.shape) ? 0 : row;
    this.need(map, own);
    return this.at(map, own);
  }

  /** Where a row is, or so many bytes behind its first pixel. It must be made, or be made by the instruction. */
  at(map: RowMap, row: number, offset = 0): Place {
    if (map.constant) return { at: map.constant.at + offset };
    const reference: RowReference = { row: map.firstRow + row, offset };
    return reference;
  }

  /** Makes room for windows around the pixels of a map's rows. */
  extendBorder(map: RowMap, left: number, right: number): void {
    map.border.left = Math.max(map.border.left, left);
    map.border.right = Math.max(map.border.right, right);
    this.#zeros = Math.max(this.#zeros, pixelStep(map) * (left + map.shape.width + Math.max(0, right)));
  }

  /** Where a tap is of a window that begins so many pixels left of the map; above and below it are zeros. */
  tap(map: RowMap, row: number, column: number, left: number): Place {
    if (row < 0 || row >= map.shape.height) return ZERO_ROW;
    return this.at(map, row, pixelStep(map) * (column - left));
  }

  /**
   * Decides where rows are. A row's place is free again after its last use; the next row of the same length and border takes it,
   * so that borders are never overwritten.
   */
  place(layout: Layout): void {
    const uses = this.#tape.rowUses;
    const owners = this.#owners();
    const lastUse = new Int32Array(this.#count);
    uses.forEach(({ row }, index) => {
      if (row >= 0) lastUse[row] = index;
    });
    const places = new Int32Array(this.#count).fill(-1);
    const zeros = layout.allocate(this.#zeros);
    let begin = 0;
    uses.forEach((use, index) => {
      const { row, instruction } = use;
      if (row < 0) {
        this.#tape.place(use, zeros.at);
      } else {
        const owner = owners[row];
        if (owner) {
          let place = places[row] ?? -1;
          if (place < 0) {
            place = owner.free.pop() ?? layout.allocate(owner.bytes).at;
            places[row] = place;
          }
          this.#tape.place(use, place + owner.before);
        }
      }
      if (uses[index + 1]?.instruction === instruction) return;
      for (let i = begin; i <= index; i++) {
        const used = uses[i]?.row ?? -1;
        if (used >= 0 && lastUse[used] === i) owners[used]?.free.push(places[used] ?? -1);
      }
      begin = index + 1;
    });
  }

  /** For each row, what its map's rows have in common. */
  #owners(): readonly RowGeometry[] {
    const free = new Map<string, number[]>();
    return this.#maps.flatMap((map) => {
      const { border, shape, stored } = map;
      const key = [border.left, shape.width, border.right, stored].join();
      const places = free.get(key) ?? [];
      free.set(key, places);
      const geometry: RowGeometry = {
        bytes: pixelStep(map) * (border.left + shape.width + border.right),
        before: pixelStep(map) * border.left,
        free: places,
      };
      return Array.from({ length: shape.height }, () => geometry);
    });
  }
}

/** What rows that can take each other's place have in common. */
interface RowGeometry {
  readonly bytes: number;
  /** Bytes of the border before the first pixel. */
  readonly before: number;
  /** Offsets that are free now. */
  readonly free: number[];
}
