// How confidence and picture are calmed over time. Defined by temporal.reference.ts.
import { rangeOf, smoothstep } from './smoothstep';

export function temporal(
  confidence: usize,
  motion: usize,
  state: usize,
  drift: usize,
  activity: usize,
  count: i32,
  floor: f32,
  ceiling: f32,
  low: f32,
  high: f32,
  hold: f32,
  rate: f32,
  driftLow: f32,
  driftHigh: f32,
): void {
  const lows = f32x4.splat(low);
  const ranges = f32x4.splat(rangeOf(low, high));
  const driftLows = f32x4.splat(driftLow);
  const driftRanges = f32x4.splat(rangeOf(driftLow, driftHigh));
  const floors = f32x4.splat(floor);
  const spans = f32x4.splat(ceiling - floor);
  const holds = f32x4.splat(hold);
  const rates = f32x4.splat(rate);
  for (let i = 0; i < 4 * count; i += 16) {
    const now = v128.load(confidence + i);
    const before = v128.load(state + i);
    const unknown = f32x4.lt(before, f32x4.splat(0));
    const innovation = f32x4.sub(now, before);
    const drifted = v128.load(drift + i);
    const drifting = f32x4.add(drifted, f32x4.mul(rates, f32x4.sub(innovation, drifted)));
    const moving = smoothstep(v128.load(motion + i), lows, ranges);
    const changing = smoothstep(f32x4.abs(drifting), driftLows, driftRanges);
    const held = f32x4.mul(holds, v128.load(activity + i));
    const active = f32x4.pmax(moving, f32x4.pmax(held, changing));
    const gain = f32x4.add(floors, f32x4.mul(spans, active));
    v128.store(state + i, v128.bitselect(now, f32x4.add(before, f32x4.mul(gain, innovation)), unknown));
    v128.store(drift + i, v128.andnot(drifting, unknown));
    v128.store(activity + i, v128.bitselect(f32x4.splat(1), active, unknown));
  }
}

export function follow(source: usize, activity: usize, target: usize, count: i32, floor: f32): void {
  const floors = f32x4.splat(floor);
  const rest = f32x4.splat(1 - floor);
  const one = f32x4.splat(1);
  for (let i = 0; i < 4 * count; i += 16) {
    const now = v128.load(source + i);
    const before = v128.load(target + i);
    const active = v128.load(activity + i);
    const gain = f32x4.add(floors, f32x4.mul(rest, active));
    const followed = f32x4.add(before, f32x4.mul(gain, f32x4.sub(now, before)));
    v128.store(target + i, v128.bitselect(now, followed, f32x4.ge(active, one)));
  }
}
