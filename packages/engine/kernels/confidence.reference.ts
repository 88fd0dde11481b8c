import { at, clamp } from './sampling.reference.js';

/**
 * 0 up to `low`, 1 from `high`, between them 3 t^2 - 2 t^3. Limits closer together than 1e-6 count as 1e-6 apart.
 */
export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / Math.max(high - low, 1e-6), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Clamps values to 0..1. Returns whether none lies further outside than the tolerance; NaN does. */
export function confine(map: Float32Array, count: number, tolerance: number): boolean {
  let isValid = true;
  for (let i = 0; i < count; i++) {
    const value = at(map, i);
    map[i] = Number.isNaN(value) ? 0 : clamp(value, 0, 1);
    isValid &&= Math.abs(value - at(map, i)) <= tolerance;
  }
  return isValid;
}

/** `smoothstep` of each value. */
export function curve(
  source: Float32Array,
  target: Float32Array,
  count: number,
  low: number,
  high: number,
): void {
  for (let i = 0; i < count; i++) target[i] = smoothstep(low, high, at(source, i));
}

/** The numbers that {@link temporal} works with. */
export interface TemporalRule {
  /** The gain where nothing is active. */
  readonly floor: number;
  /** The gain where all is. */
  readonly ceiling: number;
  /** Motion below which a cell is at rest. */
  readonly low: number;
  /** Motion from which it moves. */
  readonly high: number;
  /** What is left of the activity in the next frame. */
  readonly hold: number;
  /** How fast `drift` follows. */
  readonly rate: number;
  /** Drift below which the confidence only wavers. */
  readonly driftLow: number;
  /** Drift from which it has changed. */
  readonly driftHigh: number;
}

/**
 * Lets `state` follow the confidence where there is activity: where there is motion, or was a moment ago, or where the
 * confidence has stayed away from the state on one side (`drift`, the running mean of their difference).
 *
 *     drift    += rate (confidence - state - drift)
 *     activity  = max(smoothstep(low, high, motion), hold activity, smoothstep(driftLow, driftHigh, |drift|))
 *     state    += (floor + (ceiling - floor) activity) (confidence - state)
 *
 * Where the state is negative nothing was known: it becomes the confidence, activity 1, drift 0.
 */
export function temporal(
  confidence: Float32Array,
  motion: Float32Array,
  state: Float32Array,
  drift: Float32Array,
  activity: Float32Array,
  count: number,
  { floor, ceiling, low, high, hold, rate, driftLow, driftHigh }: TemporalRule,
): void {
  for (let i = 0; i < count; i++) {
    const before = at(state, i);
    if (before < 0) {
      state[i] = at(confidence, i);
      drift[i] = 0;
      activity[i] = 1;
      continue;
    }
    const innovation = at(confidence, i) - before;
    const drifted = at(drift, i) + rate * (innovation - at(drift, i));
    const active = Math.max(
      smoothstep(low, high, at(motion, i)),
      hold * at(activity, i),
      smoothstep(driftLow, driftHigh, Math.abs(drifted)),
    );
    state[i] = before + (floor + (ceiling - floor) * active) * innovation;
    drift[i] = drifted;
    activity[i] = active;
  }
}

/**
 * `target += gain (source - target)`, the gain between `floor` and 1 by the activity. At 1 the target is the source, whatever
 * it was.
 */
export function follow(
  source: Float32Array,
  activity: Float32Array,
  target: Float32Array,
  count: number,
  floor: number,
): void {
  for (let i = 0; i < count; i++) {
    const before = at(target, i);
    const gain = floor + (1 - floor) * at(activity, i);
    target[i] = at(activity, i) < 1 ? before + gain * (at(source, i) - before) : at(source, i);
  }
}

/** 2x2 means; at an odd width or height, the mean of the part inside the map. */
export function halve(source: Float32Array, width: number, height: number, target: Float32Array): void {
  const targetWidth = Math.ceil(width / 2);
  for (let row = 0; row < Math.ceil(height / 2); row++) {
    for (let column = 0; column < targetWidth; column++) {
      const x0 = column * 2;
      const y0 = row * 2;
      const x1 = Math.min(x0 + 1, width - 1);
      const y1 = Math.min(y0 + 1, height - 1);
      target[row * targetWidth + column] =
        (at(source, y0 * width + x0) +
          at(source, y0 * width + x1) +
          at(source, y1 * width + x0) +
          at(source, y1 * width + x1)) /
        4;
    }
  }
}

/**
 * Fusion of two networks' outputs: the weighted mean of their log-odds. Where they contradict each other, the more certain one
 * prevails.
 *
 * @param leads - Whether the first one has the weight 5/8 and the second one 3/8; otherwise both have 1/2.
 * @param doubt - Values are clamped to `doubt .. 1 - doubt`.
 */
export function fuse(
  first: Float32Array,
  second: Float32Array,
  target: Float32Array,
  count: number,
  leads: boolean,
  doubt: number,
): void {
  const logit = (value: number) => {
    const p = clamp(value, doubt, 1 - doubt);
    return Math.log(p / (1 - p));
  };
  const share = leads ? 5 / 8 : 1 / 2;
  for (let i = 0; i < count; i++) {
    const odds = share * logit(at(first, i)) + (1 - share) * logit(at(second, i));
    target[i] = 1 / (1 + Math.exp(-odds));
  }
}
