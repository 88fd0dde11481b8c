/** What a table's field can be: a number of a certain size, or what is written elsewhere. */
type Field = { readonly bytes: 1 | 4; readonly value: number } | { readonly ref: Part } | undefined;
type Part =
  | { readonly table: readonly Field[] }
  | { readonly tables: readonly Part[] }
  | { readonly integers: readonly number[] }
  | { readonly data: Uint8Array };

/** Writes FlatBuffers: each part where it comes, what it refers to behind it. */
class Writer {
  #bytes = new Uint8Array(1024);
  #length = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  number(value: number, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.u8(Math.floor(value / 2 ** (8 * i)) & 255);
  }

  align(multiple: number): void {
    while (this.#length % multiple > 0) this.u8(0);
  }

  /** A place for an offset, to be led somewhere later. */
  offset(): (target: number) => void {
    const at = this.#length;
    this.number(0, 4);
    return (target) => new DataView(this.#bytes.buffer).setUint32(at, target - at, true);
  }

  part(part: Part): number {
    if ('table' in part) return this.#table(part.table);
    // Data begins at a multiple of 16.
    this.align('data' in part ? 16 : 4);
    if ('data' in part) this.number(0, 12);
    const at = this.#length;
    if ('data' in part) {
      this.number(part.data.length, 4);
      for (const byte of part.data) this.u8(byte);
    } else if ('integers' in part) {
      this.number(part.integers.length, 4);
      for (const value of part.integers) this.number(value, 4);
    } else {
      this.number(part.tables.length, 4);
      const lead = part.tables.map(() => this.offset());
      part.tables.forEach((table, i) => {
        lead[i]?.(this.part(table));
      });
    }
    return at;
  }

  #table(fields: readonly Field[]): number {
    this.align(4);
    const list = this.#length;
    this.number(4 + 2 * fields.length, 2);
    this.number(4 + 4 * fields.length, 2);
    fields.forEach((field, i) => {
      this.number(field ? 4 + 4 * i : 0, 2);
    });
    this.align(4);
    const at = this.#length;
    this.number(at - list, 4);
    const pending: [(target: number) => void, Part][] = [];
    for (const field of fields) {
      if (field && 'ref' in field) {
        pending.push([this.offset(), field.ref]);
      } else {
        this.number(field?.value ?? 0, 4);
      }
    }
    for (const [lead, part] of pending) lead(this.part(part));
    return at;
  }
}

const byte = (value: number): Field => ({ bytes: 1, value });
const word = (value: number): Field => ({ bytes: 4, value });
const ref = (part: Part): Field => ({ ref: part });
const text = (value: string): Part => ({ data: new TextEncoder().encode(value) });

/** The operators' numbers, and how their options are laid out. */
const CODES = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEQUANTIZE: 6,
  LOGISTIC: 14,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU6: 21,
  RESIZE_BILINEAR: 23,
  CUSTOM: 32,
  MEAN: 40,
  HARD_SWISH: 117,
} as const;

/** An operator by its name in the format; other names are custom operators. */
export type OperatorName = Exclude<keyof typeof CODES, 'CUSTOM'> | 'Convolution2DTransposeBias';

export const TYPES = { float32: 0, float16: 1, int32: 2, int8: 9 } as const;

/** What an operator's options are, field by field; bytes where a byte is enough. */
export type Options = readonly (number | { readonly byte: number } | undefined)[];

/** Writes `.tflite` files with one graph. */
export class ModelWriter {
  readonly #names: OperatorName[] = [];
  readonly #tensors: Part[] = [];
  readonly #buffers: Part[] = [{ table: [] }];
  readonly #operators: Part[] = [];

  /** Adds a tensor; a constant if it has data. */
  tensor(shape: readonly number[], data?: ArrayBufferView, type: keyof typeof TYPES = 'float32'): number {
    let buffer = 0;
    if (data) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      buffer = this.#buffers.push({ table: [ref({ data: bytes })] }) - 1;
    }
    return (
      this.#tensors.push({
        table: [ref({ integers: shape }), byte(TYPES[type]), word(buffer), ref(text('tensor'))],
      }) - 1
    );
  }

  operator(
    name: OperatorName,
    inputs: readonly number[],
    outputs: readonly number[],
    options?: Options,
    custom?: Uint8Array,
  ): void {
    if (!this.#names.includes(name)) this.#names.push(name);
    const fields = options?.map((value) =>
      value === undefined ? undefined : typeof value === 'number' ? word(value) : byte(value.byte),
    );
    this.#operators.push({
      table: [
        word(this.#names.indexOf(name)),
        ref({ integers: inputs }),
        ref({ integers: outputs }),
        byte(1),
        fields && ref({ table: fields }),
        custom && ref({ data: custom }),
      ],
    });
  }

  finish(inputs: readonly number[], outputs: readonly number[]): Uint8Array<ArrayBuffer> {
    const codes = this.#names.map((name): Part => {
      const code = name === 'Convolution2DTransposeBias' ? CODES.CUSTOM : CODES[name];
      const custom = code === CODES.CUSTOM ? ref(text(name)) : undefined;
      return { table: [byte(Math.min(code, 127)), custom, undefined, word(code)] };
    });
    const graph: Part = {
      table: [
        ref({ tables: this.#tensors }),
        ref({ integers: inputs }),
        ref({ integers: outputs }),
        ref({ tables: this.#operators }),
      ],
    };
    const writer = new Writer();
    const root = writer.offset();
    for (const letter of 'TFL3') writer.u8(letter.charCodeAt(0));
    root(
      writer.part({
        table: [
          word(3),
          ref({ tables: codes }),
          ref({ tables: [graph] }),
          undefined,
          ref({ tables: this.#buffers }),
        ],
      }),
    );
    return writer.bytes;
  }
}

/** Floats as half floats' bits, rounded towards zero; only ordinary numbers. */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (value) => {
    const exponent = ((value >> 23) & 255) - 112;
    if (exponent <= 0) return 0;
    return ((value >> 16) & 0x8000) | (exponent << 10) | ((value >> 13) & 0x3ff);
  });
}
