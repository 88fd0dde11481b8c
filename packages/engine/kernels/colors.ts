// Which colours are the person's and which the room's. Defined by colors.reference.ts.

/** The colour space is cut into so many steps of Y, of U and of V. */
const STEPS_Y: i32 = 12;
const STEPS_C: i32 = 16;
const BINS: i32 = STEPS_Y * STEPS_C * STEPS_C;
/** A bin: how often the colour was the person's, and how often the room's. */
const BIN: i32 = 8;
const ROW: i32 = STEPS_C * BIN;
const PLANE: i32 = STEPS_C * ROW;

function stepOf(value: f32, low: f32, range: f32, steps: i32): i32 {
  return max(0, min(steps - 1, i32(floor(((value - low) * <f32>steps) / range))));
}

/** The number of a colour's bin. Chroma beyond 64..192 is rare and shares the outermost bins. */
function binOf(y: f32, u: f32, v: f32): i32 {
  return (
    (stepOf(y, 0, 256, STEPS_Y) * STEPS_C + stepOf(u, 64, 128, STEPS_C)) * STEPS_C +
    stepOf(v, 64, 128, STEPS_C)
  );
}

export function countColors(
  y: usize,
  u: usize,
  v: usize,
  map: usize,
  width: i32,
  height: i32,
  phase: i32,
  low: f32,
  high: f32,
  histogram: usize,
): void {
  for (let row = phase >> 1; row < height; row += 2) {
    for (let column = phase & 1; column < width; column += 2) {
      const at = 4 * (row * width + column);
      const p = load<f32>(map + at);
      const isPerson = p >= high;
      if (!isPerson && !(p <= low)) continue;
      const bin = binOf(load<f32>(y + at), load<f32>(u + at), load<f32>(v + at));
      const count = histogram + BIN * bin + (isPerson ? 0 : 4);
      store<f32>(count, load<f32>(count) + 1);
    }
  }
}

/** [1 2 1] / 4 along one direction for both counts of each bin; the outermost bins count for what lies beyond them. */
function smooth(source: usize, target: usize, step: i32, steps: i32): void {
  for (let i = 0; i < BINS; i++) {
    const position = ((i * BIN) / step) % steps;
    const at = source + i * BIN;
    const before = position > 0 ? at - step : at;
    const after = position < steps - 1 ? at + step : at;
    for (let k = 0; k < BIN; k += 4) {
      const sum = load<f32>(before + k) + 2 * load<f32>(at + k) + load<f32>(after + k);
      store<f32>(target + i * BIN + k, sum * 0.25);
    }
  }
}

export function weighColors(
  histogram: usize,
  weights: usize,
  decay: f32,
  floor: f32,
  limit: f32,
  scratch: usize,
): void {
  const other = scratch + BINS * BIN;
  smooth(histogram, scratch, BIN, STEPS_C);
  smooth(scratch, other, ROW, STEPS_C);
  smooth(other, scratch, PLANE, STEPS_Y);
  let people: f32 = 0;
  let room: f32 = 0;
  for (let i = 0; i < BINS * BIN; i += BIN) {
    people += load<f32>(scratch + i);
    room += load<f32>(scratch + i, 4);
    store<f32>(histogram + i, load<f32>(histogram + i) * decay);
    store<f32>(histogram + i, load<f32>(histogram + i, 4) * decay, 4);
  }
  const known = people > 0 && room > 0;
  for (let i = 0; i < BINS; i++) {
    let weight: f32 = 1;
    if (known) {
      const person = load<f32>(scratch + BIN * i) / people + floor;
      const wall = load<f32>(scratch + BIN * i, 4) / room + floor;
      weight = sqrt(max<f32>(1 / limit, min(limit, person / wall)));
    }
    store<f32>(weights + 4 * i, weight);
  }
}

export function applyColors(
  y: usize,
  u: usize,
  v: usize,
  map: usize,
  target: usize,
  count: i32,
  weights: usize,
): void {
  for (let i = 0; i < 4 * count; i += 4) {
    const p = load<f32>(map + i);
    if (p <= 0 || p >= 1) {
      store<f32>(target + i, p);
      continue;
    }
    const bin = binOf(load<f32>(y + i), load<f32>(u + i), load<f32>(v + i));
    const person = p * load<f32>(weights + 4 * bin);
    store<f32>(target + i, person / (person + 1 - p));
  }
}
