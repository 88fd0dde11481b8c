// Two networks' opinions of the same picture. Defined by opinions.reference.ts.

/** The weighted geometric mean by roots alone: `a^(5/8) b^(3/8)` if the first one leads, else `a^(1/2) b^(1/2)`. */
function mean(a: v128, b: v128, leads: bool): v128 {
  const half = f32x4.sqrt(f32x4.mul(a, b));
  return leads ? f32x4.sqrt(f32x4.mul(a, f32x4.sqrt(f32x4.mul(b, half)))) : half;
}

/**
 * Two opinions as one: the mean of their log-odds. In place is fine.
 *
 * @param count - Number of floats in each.
 * @param leads - Whether the first one counts more, 5/8 against 3/8; else both count the same.
 * @param doubt - Values are taken as `doubt .. 1 - doubt`.
 */
export function agree(first: usize, second: usize, target: usize, count: i32, leads: bool, doubt: f32): void {
  const one = f32x4.splat(1);
  const low = f32x4.splat(doubt);
  const high = f32x4.splat(1 - doubt);
  for (let i = 0; i < 4 * count; i += 16) {
    const a = f32x4.min(high, f32x4.max(low, v128.load(first + i)));
    const b = f32x4.min(high, f32x4.max(low, v128.load(second + i)));
    const yes = mean(a, b, leads);
    const no = mean(f32x4.sub(one, a), f32x4.sub(one, b), leads);
    v128.store(target + i, f32x4.div(yes, f32x4.add(yes, no)));
  }
}
