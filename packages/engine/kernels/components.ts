// Connected parts of a map: what is one thing in it, how large it is and where. Defined by components.reference.ts.

/** More parts than this are noise: those that come later in reading order are not counted. */
const MAX_COMPONENTS: i32 = 1024;
/** Of a part: area, left, top, right, bottom. */
const ENTRY: i32 = 20;

/** The first of the provisional numbers that were found to be the same part. */
function rootOf(parents: usize, label: i32): i32 {
  let root = label;
  let parent = load<i32>(parents + 4 * root);
  while (parent !== root) {
    const grandparent = load<i32>(parents + 4 * parent);
    store<i32>(parents + 4 * root, grandparent); // halves the way for the next search
    root = grandparent;
    parent = load<i32>(parents + 4 * root);
  }
  return root;
}

/** Gives each cell that belongs to a part a provisional number, and notes which numbers are the same part. */
function number(
  map: usize,
  width: i32,
  height: i32,
  threshold: f32,
  above: bool,
  labels: usize,
  parents: usize,
): i32 {
  let next = 1;
  for (let y = 0; y < height; y++) {
    const row = 4 * y * width;
    let left = 0;
    for (let x = 0; x < width; x++) {
      const at = row + 4 * x;
      let label = 0;
      if (load<f32>(map + at) > threshold === above) {
        const up = y > 0 ? load<i32>(labels + at - 4 * width) : 0;
        if (left && up && left !== up) {
          const a = rootOf(parents, left);
          const b = rootOf(parents, up);
          label = min(a, b);
          store<i32>(parents + 4 * max(a, b), label);
        } else {
          label = left ? left : up;
          if (!label) {
            label = next++;
            store<i32>(parents + 4 * label, label);
          }
        }
      }
      store<i32>(labels + at, label);
      left = label;
    }
  }
  return next;
}

export function components(
  map: usize,
  width: i32,
  height: i32,
  threshold: f32,
  above: bool,
  labels: usize,
  table: usize,
  scratch: usize,
): i32 {
  // Scratch: the parent of each provisional number; then its final number, negative so that both fit into one.
  const parents = scratch;
  number(map, width, height, threshold, above, labels, parents);
  let found = 0;
  for (let y = 0; y < height; y++) {
    const row = labels + 4 * y * width;
    for (let x = 0; x < width; x++) {
      const label = load<i32>(row + 4 * x);
      if (!label) continue;
      const direct = load<i32>(parents + 4 * label);
      let final = 0;
      if (direct < 0) {
        final = ~direct;
      } else {
        final = finalNumber(parents, label, found);
        if (final > found) {
          found = final;
          const entry = table + ENTRY * (final - 1);
          store<i32>(entry, 0);
          store<i32>(entry, x, 4);
          store<i32>(entry, y, 8);
          store<i32>(entry, x, 12);
        }
      }
      store<i32>(row + 4 * x, final);
      if (!final) continue;
      const entry = table + ENTRY * (final - 1);
      store<i32>(entry, load<i32>(entry) + 1);
      store<i32>(entry, min(load<i32>(entry, 4), x), 4);
      store<i32>(entry, max(load<i32>(entry, 12), x), 12);
      store<i32>(entry, y, 16);
    }
  }
  return found;
}

/** The final number of a part, `found + 1` if it has none yet, 0 if there are too many; remembered for its label and root. */
function finalNumber(parents: usize, label: i32, found: i32): i32 {
  let root = label;
  let parent = load<i32>(parents + 4 * root);
  while (parent >= 0 && parent !== root) {
    root = parent;
    parent = load<i32>(parents + 4 * root);
  }
  const final = parent < 0 ? ~parent : found < MAX_COMPONENTS ? found + 1 : 0;
  store<i32>(parents + 4 * root, ~final);
  store<i32>(parents + 4 * label, ~final);
  return final;
}

export function fillComponents(map: usize, labels: usize, count: i32, values: usize): void {
  for (let i = 0; i < 4 * count; i += 4) {
    const label = load<i32>(labels + i);
    if (!label) continue;
    const value = load<f32>(values + 4 * (label - 1));
    if (value >= 0) store<f32>(map + i, value);
  }
}
