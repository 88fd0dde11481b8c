// Connected components of a map: their cells, areas and bounding boxes. Defined by components.reference.ts.
//
// Each row is split into runs of cells that belong to components; runs that share a column with one of the row before are
// connected. A map of people has a few runs a row, so that nearly all the work is comparing cells, 16 at a time.

/** More components than this are noise: later ones, in reading order, are not counted. */
const MAX_COMPONENTS: i32 = 1024;
/** Bytes of a component: area, left, top, right, bottom. */
const ENTRY: i32 = 20;

/**
 * Bytes of a run: its first column, the one behind its last, and the address of an earlier run of the same component or its own
 * (a union-find forest). In the end, the component's number from 1, or 0, replaces the address.
 */
const RUN: i32 = 12;
const RIGHT: usize = 4;
const COMPONENT: usize = 8;

/** The root of a run's tree. */
function rootOf(run: usize): usize {
  let root = run;
  let parent = load<usize>(root, COMPONENT);
  while (parent !== root) {
    const grandparent = load<usize>(parent, COMPONENT);
    store<usize>(root, grandparent, COMPONENT); // path halving
    root = grandparent;
    parent = load<usize>(root, COMPONENT);
  }
  return root;
}

/** A bit for each of up to 16 cells: whether it is above the threshold. */
function aboveOf(cells: usize, count: i32, threshold: v128): i32 {
  if (count >= 16) {
    const a = f32x4.gt(v128.load(cells), threshold);
    const b = f32x4.gt(v128.load(cells, 16), threshold);
    const c = f32x4.gt(v128.load(cells, 32), threshold);
    const d = f32x4.gt(v128.load(cells, 48), threshold);
    return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
  }
  const limit = f32x4.extract_lane(threshold, 0);
  let bits = 0;
  for (let i = 0; i < count; i++) if (load<f32>(cells + 4 * i) > limit) bits |= 1 << i;
  return bits;
}

/** Writes the runs of a row; returns where they end. */
function findRuns(row: usize, width: i32, threshold: v128, above: bool, runs: usize): usize {
  let isInside = 0;
  for (let x = 0; x < width; x += 16) {
    const count = min(16, width - x);
    const all = (1 << count) - 1;
    let bits = aboveOf(row + 4 * x, count, threshold);
    if (!above) bits ^= all;
    // A bit for each cell that differs from the one to its left.
    let changes = (bits ^ ((bits << 1) | isInside)) & all;
    while (changes) {
      const column = x + ctz(changes);
      changes &= changes - 1;
      if (isInside) {
        store<i32>(runs, column, RIGHT);
        runs += RUN;
      } else {
        store<i32>(runs, column);
        store<usize>(runs, runs, COMPONENT);
      }
      isInside ^= 1;
    }
  }
  if (isInside) {
    store<i32>(runs, width, RIGHT);
    runs += RUN;
  }
  return runs;
}

/** Connects the runs of a row, `from..to`, with those of the row before, which lie in front of them. */
function join(before: usize, from: usize, to: usize): void {
  let upper = before;
  let lower = from;
  while (upper < from && lower < to) {
    const upperRight = load<i32>(upper, RIGHT);
    const lowerRight = load<i32>(lower, RIGHT);
    if (load<i32>(upper) < lowerRight && load<i32>(lower) < upperRight) {
      const a = rootOf(upper);
      const b = rootOf(lower);
      store<usize>(max(a, b), min(a, b), COMPONENT);
    }
    if (upperRight < lowerRight) upper += RUN;
    else lower += RUN;
  }
}

/**
 * The connected components of the cells above a threshold (`above`) or of the others, up to `MAX_COMPONENTS`.
 *
 * @param runs - `componentRuns` bytes; receives which cells belong to which component, for `fillComponents`.
 * @param table - Receives five 32-bit numbers for each component: area, left, top, right, bottom (the last inside).
 * @returns How many components there are.
 */
export function components(
  map: usize,
  width: i32,
  height: i32,
  threshold: f32,
  above: bool,
  runs: usize,
  table: usize,
): i32 {
  const limits = f32x4.splat(threshold);
  // Where each row's runs end, then the runs.
  const ends = runs;
  const first = ends + 4 * height;
  let before = first;
  let from = first;
  for (let y = 0; y < height; y++) {
    const to = findRuns(map + 4 * y * width, width, limits, above, from);
    join(before, from, to);
    store<usize>(ends + 4 * y, to);
    before = from;
    from = to;
  }

  let found = 0;
  let run = first;
  for (let y = 0; y < height; y++) {
    const end = load<usize>(ends + 4 * y);
    for (; run < end; run += RUN) {
      const left = load<i32>(run);
      const right = load<i32>(run, RIGHT);
      const earlier = load<usize>(run, COMPONENT);
      let component: i32 = 0;
      // Earlier runs have their numbers already.
      if (earlier !== run) component = load<i32>(earlier, COMPONENT);
      else if (found < MAX_COMPONENTS) {
        component = ++found;
        const entry = table + ENTRY * (component - 1);
        store<i32>(entry, 0);
        store<i32>(entry, left, 4);
        store<i32>(entry, y, 8);
        store<i32>(entry, right - 1, 12);
      }
      store<i32>(run, component, COMPONENT);
      if (!component) continue;
      const entry = table + ENTRY * (component - 1);
      store<i32>(entry, load<i32>(entry) + right - left);
      store<i32>(entry, min(load<i32>(entry, 4), left), 4);
      store<i32>(entry, max(load<i32>(entry, 12), right - 1), 12);
      store<i32>(entry, y, 16);
    }
  }
  return found;
}

/**
 * Sets the cells of components to a value each.
 *
 * @param runs - As `components` left them.
 * @param values - A float for each component; a negative one leaves its cells as they are.
 */
export function fillComponents(map: usize, width: i32, height: i32, runs: usize, values: usize): void {
  let run = runs + 4 * height;
  for (let y = 0; y < height; y++) {
    const end = load<usize>(runs + 4 * y);
    for (; run < end; run += RUN) {
      const component = load<i32>(run, COMPONENT);
      if (!component) continue;
      const value = load<f32>(values + 4 * (component - 1));
      if (!(value >= 0)) continue;
      const right = load<i32>(run, RIGHT);
      for (let x = load<i32>(run); x < right; x++) store<f32>(map + 4 * (y * width + x), value);
    }
  }
}
