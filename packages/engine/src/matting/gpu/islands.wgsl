// Removes small islands and fills small holes, as `IslandFilter` in src/matting/islands.ts does with the components of a map.
struct Parameters {
  width: f32,
  height: f32,
}

// The components, as components.wgsl writes them.
struct Part {
  area: u32,
  left: u32,
  top: u32,
  right: u32,
  bottom: u32,
  sum: i32,
  sum_before: i32,
}

override ISLAND: f32;
override NEAR: u32;
override HOLE: f32;
override DOUBTFUL_HOLE: f32;
override DOUBT_LOW: f32;
override DOUBT_HIGH: f32;
override AGREEMENT: f32;

const NONE = 0xffffffffu;
const ONE = 524288.0;
// Cells whose bits share a word.
const WORD = 32u;
const ALL = 0xffffffffu;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read_write> map: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> parts: array<Part>;
@group(0) @binding(4) var<storage, read> largest: u32;
// A bit for each cell: whether its component is large.
@group(0) @binding(5) var<storage, read_write> bodies: array<u32>;

fn is_inside(id: vec3u) -> bool {
  return id.x < u32(parameters.width) && id.y < u32(parameters.height);
}

fn index_of(id: vec3u) -> u32 {
  return id.y * u32(parameters.width) + id.x;
}

// The first cell of a cell's component, the index of its entry.
fn root_of(cell: u32) -> u32 {
  var root = cell;
  while (labels[root] != root) { root = labels[root]; }
  return root;
}

fn is_speck(root: u32) -> bool {
  return f32(parts[root].area) < ISLAND * f32(largest);
}

@compute @workgroup_size(8, 8)
fn clear_specks(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let cell = index_of(id);
  if (labels[cell] == NONE) { return; }
  if (is_speck(root_of(cell))) { map[cell] = 0.0; }
}

fn words_in_row() -> u32 {
  return (u32(parameters.width) + WORD - 1u) / WORD;
}

// Sets the bits of the cells of large components, a word a thread.
@compute @workgroup_size(8, 8)
fn mark_bodies(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= words_in_row() || id.y >= u32(parameters.height)) { return; }
  let row = id.y * u32(parameters.width);
  let count = min(WORD, u32(parameters.width) - id.x * WORD);
  var bits = 0u;
  for (var i = 0u; i < count; i++) {
    let cell = row + id.x * WORD + i;
    if (labels[cell] != NONE && !is_speck(root_of(cell))) { bits |= 1u << i; }
  }
  bodies[id.y * words_in_row() + id.x] = bits;
}

// Whether a large component has a cell in the bounding box of a component, with a margin.
fn is_near(root: u32) -> bool {
  let left = parts[root].left - min(NEAR, parts[root].left);
  let top = parts[root].top - min(NEAR, parts[root].top);
  let right = min(parts[root].right + NEAR, u32(parameters.width) - 1u);
  let bottom = min(parts[root].bottom + NEAR, u32(parameters.height) - 1u);
  for (var word = left / WORD; word <= right / WORD; word++) {
    let begin = max(left, word * WORD) % WORD;
    let end = min(right, word * WORD + WORD - 1u) % WORD;
    let wanted = (ALL << begin) & (ALL >> (WORD - 1u - end));
    for (var row = top; row <= bottom; row++) {
      if ((bodies[row * words_in_row() + word] & wanted) != 0u) { return true; }
    }
  }
  return false;
}

@compute @workgroup_size(8, 8)
fn clear_apart(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let cell = index_of(id);
  if (labels[cell] == NONE) { return; }
  let root = root_of(cell);
  if (is_speck(root) && !is_near(root)) { map[cell] = 0.0; }
}

fn is_enclosed(root: u32) -> bool {
  let has_left_and_top = parts[root].left > 0u && parts[root].top > 0u;
  let is_before_right = parts[root].right + 1u < u32(parameters.width);
  return has_left_and_top && is_before_right && parts[root].bottom + 1u < u32(parameters.height);
}

// Fills holes: fully if they are small, otherwise by how unlikely they are the camera background seen through a gap.
@compute @workgroup_size(8, 8)
fn fill_hollows(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let cell = index_of(id);
  if (labels[cell] == NONE) { return; }
  let root = root_of(cell);
  let area = f32(parts[root].area);
  if (area >= DOUBTFUL_HOLE * f32(largest) || !is_enclosed(root)) { return; }
  if (area < HOLE * f32(largest)) {
    map[cell] = 1.0;
    return;
  }
  let mean = f32(parts[root].sum) / (ONE * area);
  let mean_before = f32(parts[root].sum_before) / (ONE * area);
  if (mean <= DOUBT_LOW || mean < AGREEMENT * mean_before) { return; }
  map[cell] = mean + (1.0 - mean) * min(1.0, (mean - DOUBT_LOW) / (DOUBT_HIGH - DOUBT_LOW));
}
