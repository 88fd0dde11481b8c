/**
 * A network of one convolution that keys out magenta: it stands in for the real networks where the quality of the matte is not
 * what a test asserts. In the striped clips it finds the person exactly, costs next to nothing, and compiles at once on a GPU
 * that the processor emulates.
 *
 * @param width - Of its input, in pixels.
 * @param height - Of its input, in pixels.
 * @param needsLiteRt - It ends with an operator that changes nothing, and that only LiteRT has.
 * @param isValid - Its output is a confidence; otherwise any positive value, which no pipeline accepts.
 * @returns A `.tflite` file: floats 1 x height x width x 3 (RGB, 0..1) to 1 x height x width x 1.
 */
export function keyer(
  width: number,
  height: number,
  needsLiteRt = false,
  isValid = true,
): Uint8Array<ArrayBuffer> {
  const input = tensor('input', [1, height, width, 3], 0);
  const weights = tensor('weights', [1, 1, 1, 3], 1);
  const bias = tensor('bias', [1], 2);
  const logit = tensor('logit', [1, height, width, 1], 0);
  const confidence = tensor('confidence', [1, height, width, 1], 0);
  const output = tensor('output', [1, height, width, 1], 0);
  const convolution: Table = [
    int(0),
    ints(0, 1, 2),
    ints(3),
    byte(CONVOLUTION_OPTIONS),
    [byte(0), int(1), int(1)],
  ];
  const sigmoid: Table = [int(isValid ? 1 : 2), ints(3), ints(4)];
  const absolute: Table = [int(2), ints(4), ints(5)];
  const tensors = [input, weights, bias, logit, confidence, ...(needsLiteRt ? [output] : [])];
  const operators = [convolution, sigmoid, ...(needsLiteRt ? [absolute] : [])];
  const last = ints(tensors.length - 1);
  const subgraph: Table = [tables(tensors), ints(0), last, tables(operators), text('keyer')];
  const model: Table = [
    int(SCHEMA_VERSION),
    tables([CONV_2D, LOGISTIC, ABS].map((code) => [byte(code), undefined, int(1), int(code)])),
    tables([subgraph]),
    text('Keys out magenta'),
    tables([[], [floats(...WEIGHTS)], [floats(BIAS)]]),
  ];
  return new Writer().finish(model, 'TFL3');
}

/** The sizes of the inputs, width and height: those of the networks for which keyers stand in. */
export const KEYER_SIZES = { landscape: [256, 144], square: [256, 256] } as const;

/** The stripes have 0.74 to 1 of red and blue over green, people less than 0.4. */
const THRESHOLD = 0.55;
const SLOPE = 40;
const WEIGHTS = [-SLOPE / 2, SLOPE, -SLOPE / 2] as const;
const BIAS = SLOPE * THRESHOLD;

// Of the schema of TensorFlow Lite.
const SCHEMA_VERSION = 3;
const CONV_2D = 3;
const LOGISTIC = 14;
const ABS = 101;
const CONVOLUTION_OPTIONS = 1;

/** A table of FlatBuffers: its fields by their numbers. */
type Table = readonly (Field | undefined)[];

type Field = Table | Scalar | Vector;

interface Scalar {
  readonly bytes: 1 | 4;
  readonly value: number;
}

interface Vector {
  readonly count: number;
  /** In bytes, of what the elements are aligned to. */
  readonly alignment: number;
  readonly elements: Uint8Array | readonly Table[];
}

function byte(value: number): Scalar {
  return { bytes: 1, value };
}

function int(value: number): Scalar {
  return { bytes: 4, value };
}

function ints(...values: readonly number[]): Vector {
  return { count: values.length, alignment: 4, elements: new Uint8Array(Int32Array.from(values).buffer) };
}

/** The contents of a buffer, which count as bytes. */
function floats(...values: readonly number[]): Vector {
  const elements = new Uint8Array(Float32Array.from(values).buffer);
  return { count: elements.length, alignment: 16, elements };
}

function text(value: string): Vector {
  return { count: value.length, alignment: 4, elements: new TextEncoder().encode(`${value}\0`) };
}

function tables(elements: readonly Table[]): Vector {
  return { count: elements.length, alignment: 4, elements };
}

/** 32-bit floats, of which the buffer of that number has the values; 0 is the empty one. */
function tensor(name: string, shape: readonly number[], buffer: number): Table {
  return [ints(...shape), byte(0), int(buffer), text(name)];
}

/** Writes FlatBuffers from front to back: what a table refers to comes after it. */
class Writer {
  readonly #bytes: number[] = [];

  finish(root: Table, identifier: string): Uint8Array<ArrayBuffer> {
    this.#u32(0);
    for (const letter of identifier) this.#bytes.push(letter.charCodeAt(0));
    this.#set(0, this.#write(root));
    return Uint8Array.from(this.#bytes);
  }

  /** Where it was written. */
  #write(value: Table | Vector): number {
    return 'elements' in value ? this.#vector(value) : this.#table(value);
  }

  #table(fields: Table): number {
    // Each field has four bytes, whatever it is: that wastes a little and needs no sorting.
    const present = fields.flatMap((field, index) => (field === undefined ? [] : [{ field, index }]));
    const size = 4 + 4 * present.length;
    this.#align(4, 4 + 2 * fields.length);
    const vtable = this.#bytes.length;
    this.#u16(4 + 2 * fields.length);
    this.#u16(size);
    for (let index = 0; index < fields.length; index++) {
      const slot = present.findIndex((each) => each.index === index);
      this.#u16(slot < 0 ? 0 : 4 + 4 * slot);
    }
    const table = this.#bytes.length;
    this.#u32(table - vtable);
    for (const { field } of present) this.#u32('value' in field ? field.value : 0);
    for (const [slot, { field }] of present.entries()) {
      if ('value' in field) continue;
      const at = table + 4 + 4 * slot;
      this.#set(at, this.#write(field) - at);
    }
    return table;
  }

  #vector({ count, alignment, elements }: Vector): number {
    this.#align(alignment, 4);
    const start = this.#bytes.length;
    this.#u32(count);
    if (elements instanceof Uint8Array) {
      this.#bytes.push(...elements);
      return start;
    }
    for (const _ of elements) this.#u32(0);
    for (const [index, element] of elements.entries()) {
      const at = start + 4 + 4 * index;
      this.#set(at, this.#write(element) - at);
    }
    return start;
  }

  /** Fills up, so that what comes `ahead` bytes later is aligned. */
  #align(alignment: number, ahead: number): void {
    while ((this.#bytes.length + ahead) % alignment !== 0) this.#bytes.push(0);
  }

  #u16(value: number): void {
    this.#bytes.push(value & 255, value >> 8);
  }

  #u32(value: number): void {
    this.#bytes.push(0, 0, 0, 0);
    this.#set(this.#bytes.length - 4, value);
  }

  #set(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.#bytes[at + i] = (value >>> (8 * i)) & 255;
  }
}
