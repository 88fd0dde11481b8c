import { invalidModel, unsupportedModel } from './errors.js';

/** Where a run of bytes lies in a file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a FlatBuffers file without trusting it: every offset is checked against the file's end before it is followed.
 * Offsets are unsigned and only lead forwards, except from a table to its list of fields, so nothing can loop.
 */
export class FlatBuffer {
  /** The file's bytes. Only what was checked may be read directly. */
  readonly view: DataView;

  /** @param bytes - The file. */
  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The table that the file begins with. */
  get root(): Table {
    return new Table(this, this.follow(0));
  }

  /** Whether the file has an identifier of four letters, behind its first offset. */
  hasIdentifier(identifier: string): boolean {
    for (let i = 0; i < identifier.length; i++) {
      if (this.u8(4 + i) !== identifier.charCodeAt(i)) return false;
    }
    return true;
  }

  u8(at: number): number {
    this.check(at, 1);
    return this.view.getUint8(at);
  }

  u32(at: number): number {
    this.check(at, 4);
    return this.view.getUint32(at, true);
  }

  integers(at: number, count: number): readonly number[] {
    this.check(at, 4 * count);
    const integers: number[] = [];
    for (let i = 0; i < count; i++) integers.push(this.view.getInt32(at + 4 * i, true));
    return integers;
  }

  /** The position that an offset leads to. */
  follow(at: number): number {
    const offset = this.u32(at);
    this.check(at + offset, 4);
    return at + offset;
  }

  /**
   * Checks that bytes are inside the file.
   *
   * @throws EngineError `MODEL_INVALID` if they are not.
   */
  check(at: number, length: number): void {
    if (!(at >= 0 && length >= 0 && at + length <= this.view.byteLength)) {
      throw invalidModel('an offset leads out of the file');
    }
  }
}

/**
 * A table of a {@link FlatBuffer}. Fields are numbered in the order of the schema; absent ones have their defaults. The table and its
 * list of fields are checked as a whole, because a model has thousands of fields.
 */
export class Table {
  readonly #file: FlatBuffer;
  readonly #view: DataView;
  readonly #at: number;
  /** In bytes, with what is before the fields. */
  readonly #length: number;
  /** Where the list of fields is. */
  readonly #fields: number;
  readonly #fieldsEnd: number;

  /**
   * @param file - The file.
   * @param at - Where the table begins.
   */
  constructor(file: FlatBuffer, at: number) {
    const { view } = file;
    file.check(at, 4);
    const fields = at - view.getInt32(at, true);
    file.check(fields, 4);
    const fieldsLength = view.getUint16(fields, true);
    const length = view.getUint16(fields + 2, true);
    file.check(fields, fieldsLength);
    file.check(at, length);
    this.#file = file;
    this.#view = view;
    this.#at = at;
    this.#length = length;
    this.#fields = fields;
    this.#fieldsEnd = fields + fieldsLength;
  }

  /** Whether the field is there. */
  has(field: number): boolean {
    return this.#find(field, 0) !== undefined;
  }

  /** An unsigned byte: booleans, enumerations. */
  u8(field: number, byDefault = 0): number {
    const at = this.#find(field, 1);
    return at === undefined ? byDefault : this.#view.getUint8(at);
  }

  i32(field: number, byDefault = 0): number {
    const at = this.#find(field, 4);
    return at === undefined ? byDefault : this.#view.getInt32(at, true);
  }

  u32(field: number, byDefault = 0): number {
    const at = this.#find(field, 4);
    return at === undefined ? byDefault : this.#view.getUint32(at, true);
  }

  /** Another table. */
  table(field: number): Table | undefined {
    const at = this.#find(field, 4);
    return at === undefined ? undefined : new Table(this.#file, this.#file.follow(at));
  }

  /**
   * A list of tables; empty if absent.
   *
   * @param limit - How many there may be.
   */
  tables(field: number, limit: number): readonly Table[] {
    const { offset, length } = this.#vector(field, 4, limit);
    const tables: Table[] = [];
    for (let i = 0; i < length; i++) tables.push(new Table(this.#file, this.#file.follow(offset + 4 * i)));
    return tables;
  }

  /**
   * A list of 32-bit integers; empty if absent.
   *
   * @param limit - How many there may be.
   */
  integers(field: number, limit: number): readonly number[] {
    const { offset, length } = this.#vector(field, 4, limit);
    return this.#file.integers(offset, length);
  }

  /** A list of bytes; empty if absent. */
  bytes(field: number): Span {
    return this.#vector(field, 1, Number.POSITIVE_INFINITY);
  }

  /**
   * A text of ASCII characters; empty if absent.
   *
   * @param limit - How long it may be.
   */
  text(field: number, limit: number): string {
    const { offset, length } = this.#vector(field, 1, limit);
    const codes = Array.from({ length }, (_, i) => this.#file.u8(offset + i));
    return String.fromCharCode(...codes);
  }

  #vector(field: number, itemBytes: number, limit: number): Span {
    const found = this.#find(field, 4);
    if (found === undefined) return { offset: 0, length: 0 };
    const at = this.#file.follow(found);
    const length = this.#file.u32(at);
    this.#file.check(at + 4, length * itemBytes);
    if (length > limit)
      throw unsupportedModel(`a list has ${length} entries, more than the ${limit} allowed`);
    return { offset: at + 4, length };
  }

  /**
   * Where a field is.
   *
   * @param bytes - How many it has.
   */
  #find(field: number, bytes: number): number | undefined {
    const at = this.#fields + 4 + 2 * field;
    if (at + 2 > this.#fieldsEnd) return undefined;
    const offset = this.#view.getUint16(at, true);
    if (offset === 0) return undefined;
    if (offset + bytes > this.#length) throw invalidModel('a field lies outside of its table');
    return this.#at + offset;
  }
}
