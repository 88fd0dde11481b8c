// Connected components of a map: kernels/components.reference.ts, as a union-find forest. Each cell of a component points to an
// earlier one, the first to itself. Runs of up to 16 cells of a row are its leaves; they are joined without any order, as Jaiganesh and Burtscher do (2018).
struct Parameters {
  width: f32,
  height: f32,
}

// A component's entry, at the index of its first cell; sums in steps of 1 / ONE, so that their order does not matter. They do not
// overflow below 4096 cells, and only smaller components' sums are used.
struct Part {
  area: atomic<u32>,
  left: atomic<u32>,
  top: atomic<u32>,
  right: atomic<u32>,
  bottom: atomic<u32>,
  sum: atomic<i32>,
  sum_before: atomic<i32>,
}

override THRESHOLD: f32;
// Whether the cells above the threshold are connected, or the others.
override ABOVE: bool;

// A run ends at the latest where a column is a multiple of this.
const LONGEST = 16u;
const NONE = 0xffffffffu;
const ONE = 524288.0;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> map: array<f32>;
@group(0) @binding(2) var<storage, read> before: array<f32>;
@group(0) @binding(3) var<storage, read_write> labels: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read_write> parts: array<Part>;
// The area of the largest component.
@group(0) @binding(5) var<storage, read_write> largest: atomic<u32>;

fn is_inside(id: vec3u) -> bool {
  return id.x < u32(parameters.width) && id.y < u32(parameters.height);
}

fn belongs(cell: u32) -> bool {
  return (map[cell] > THRESHOLD) == ABOVE;
}

// Finds the runs and writes their entries.
@compute @workgroup_size(8, 8)
fn label(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let width = u32(parameters.width);
  let row = id.y * width;
  let cell = row + id.x;
  if (cell == 0u) { atomicStore(&largest, 0u); }
  atomicStore(&parts[cell].area, 0u);
  if (!belongs(cell)) {
    atomicStore(&labels[cell], NONE);
    return;
  }
  var left = id.x;
  while (left % LONGEST > 0u && belongs(row + left - 1u)) { left--; }
  atomicStore(&labels[cell], row + left);
  if (left < id.x) { return; }
  let end = min(width, (left / LONGEST + 1u) * LONGEST);
  var right = left;
  var sums = vec2i(0);
  while (right < end && belongs(row + right)) {
    sums += vec2i(round(ONE * vec2f(map[row + right], before[row + right])));
    right++;
  }
  atomicStore(&parts[cell].area, right - left);
  atomicStore(&parts[cell].left, left);
  atomicStore(&parts[cell].top, id.y);
  atomicStore(&parts[cell].right, right - 1u);
  atomicStore(&parts[cell].bottom, id.y);
  atomicStore(&parts[cell].sum, sums.x);
  atomicStore(&parts[cell].sum_before, sums.y);
}

// The root of a cell's tree, with path halving.
fn root_of(cell: u32) -> u32 {
  var root = cell;
  var parent = atomicLoad(&labels[root]);
  while (parent != root) {
    let grandparent = atomicLoad(&labels[parent]);
    atomicMin(&labels[root], grandparent);
    root = grandparent;
    parent = atomicLoad(&labels[root]);
  }
  return root;
}

// Links one tree to the other. If another thread was faster, links to its result as well.
fn unite(one: u32, other: u32) {
  var a = root_of(one);
  var b = root_of(other);
  while (a != b) {
    let later = max(a, b);
    let earlier = min(a, b);
    let found = atomicMin(&labels[later], earlier);
    if (found == later) { return; }
    a = root_of(found);
    b = root_of(earlier);
  }
}

// Joins runs that touch: of two rows once a pair, of one row where a run was split.
@compute @workgroup_size(8, 8)
fn join(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let width = u32(parameters.width);
  let cell = id.y * width + id.x;
  if (atomicLoad(&labels[cell]) == NONE) { return; }
  let has_left = id.x > 0u && atomicLoad(&labels[cell - 1u]) != NONE;
  if (has_left && id.x % LONGEST == 0u) { unite(cell, cell - 1u); }
  if (id.y == 0u || atomicLoad(&labels[cell - width]) == NONE) { return; }
  if (!has_left || atomicLoad(&labels[cell - width - 1u]) == NONE) { unite(cell, cell - width); }
}

// Adds the runs' entries to the first one of each component. Nothing is added to a run that is itself added to another.
@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let cell = id.y * u32(parameters.width) + id.x;
  let area = atomicLoad(&parts[cell].area);
  if (area == 0u) { return; }
  let root = root_of(cell);
  if (root == cell) {
    atomicMax(&largest, area);
    return;
  }
  atomicStore(&labels[cell], root);
  atomicMin(&parts[root].left, atomicLoad(&parts[cell].left));
  atomicMin(&parts[root].top, atomicLoad(&parts[cell].top));
  atomicMax(&parts[root].right, atomicLoad(&parts[cell].right));
  atomicMax(&parts[root].bottom, atomicLoad(&parts[cell].bottom));
  atomicAdd(&parts[root].sum, atomicLoad(&parts[cell].sum));
  atomicAdd(&parts[root].sum_before, atomicLoad(&parts[cell].sum_before));
  // The last thread to add sees the whole area.
  atomicMax(&largest, atomicAdd(&parts[root].area, area) + area);
}
