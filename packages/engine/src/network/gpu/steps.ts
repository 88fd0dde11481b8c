import { RECORDS } from '../../gpu/shaders.js';
import type { Activation } from '../graph.js';

const FIELDS = RECORDS['network/gpu/tiles'];

/** A step of a dispatch, by the fields of its struct in `tiles.wgsl`. */
export type StepFields = { -readonly [Field in keyof typeof FIELDS]: number };

// What follows has the values of the constants in `tiles.wgsl`.

/** Threads of a workgroup. */
export const THREADS = 64;

/** How many blocks of four channels fit into a workgroup's memory. The first {@link THREADS} are for values that several threads add up. */
export const SLOTS = 512;

/** The place of what is not kept. */
export const NOWHERE = 0xffffffff;

export const OPERATION = {
  load: 0,
  loadImage: 1,
  pointwise: 2,
  windows: 3,
  imageWindows: 4,
  depthwise: 5,
  resize: 6,
  mean: 7,
  piece: 8,
} as const;

/** Where values are read. */
export const PLACE = { maps: 0, workgroup: 1, constants: 2 } as const;

export const ACTIVATION: Readonly<Record<Activation, number>> = {
  none: 0,
  relu: 1,
  relu6: 2,
  'hard-swish': 3,
  sigmoid: 4,
};

/** What a second operand does. */
export const COMBINATION = { add: 1, multiply: 2 } as const;

/** A step that makes one pixel of one block of 0 and keeps it nowhere. */
export function emptyStep(): StepFields {
  const step = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, 0])) as StepFields;
  return {
    ...step,
    ...{ weights: NOWHERE, slot: NOWHERE, map: NOWHERE, sums: NOWHERE, output: NOWHERE },
    ...{ lanes: 1, spreadY: 1, spreadX: 1 },
  };
}

/** Steps as a shader reads them. */
export function encodeSteps(steps: readonly StepFields[]): Uint8Array<ArrayBuffer> {
  const fields = Object.entries(FIELDS) as [keyof StepFields, 'u32' | 'i32' | 'f32'][];
  const view = new DataView(new ArrayBuffer(4 * fields.length * steps.length));
  let at = 0;
  for (const step of steps) {
    for (const [field, type] of fields) {
      if (type === 'f32') view.setFloat32(at, step[field], true);
      else view.setUint32(at, step[field], true);
      at += 4;
    }
  }
  return new Uint8Array(view.buffer);
}
