import { smoothstep } from './confidence.reference.js';
import { at } from './sampling.reference.js';

/** Numbers of {@link temporal}, all but `rate` and `hold` as limits of a smoothstep or ends of a gain. */
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
 * Lets `state` follow the confidence where there is activity: where the picture moves, or moved a moment ago, or where the
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
