// Which colours are the person's and which the camera background's: kernels/colors.reference.ts.
struct Parameters {
  width: f32,
  height: f32,
  // 1 to forget all colours.
  fresh: f32,
}

override LOW: f32;
override HIGH: f32;
override DECAY: f32;
override RARE: f32;
override LIMIT: f32;
override UNDECIDED_LOW: f32;
override UNDECIDED_HIGH: f32;

// The bins of the colour space along Y, U and V.
const STEPS = vec3i(12, 16, 16);
const BINS = 3072u;
// Chroma beyond 64..192 is rare and shares the outermost bins.
const LOWEST = vec3f(0.0, 64.0, 64.0);
const RANGE = vec3f(256.0, 128.0, 128.0);
const THREADS = 256u;

// The counts of all frames so far.
struct Memory {
  // Which quarter of the cells is counted next.
  phase: u32,
  // The cells of person and camera background in total.
  people: f32,
  background: f32,
  // The same for each colour.
  histogram: array<vec2f, BINS>,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> scene_change: u32;
@group(0) @binding(2) var<storage, read_write> memory: Memory;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>>;
@group(0) @binding(4) var<storage, read> map: array<f32>;
@group(0) @binding(5) var<storage, read> guide: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> weights: array<f32>;
@group(0) @binding(7) var<storage, read_write> corrected: array<f32>;

// Whether the counts start anew.
fn begins() -> bool {
  return parameters.fresh != 0.0 || scene_change != 0u;
}

fn index_of(bin: vec3i) -> u32 {
  return u32((bin.x * STEPS.y + bin.y) * STEPS.z + bin.z);
}

// The index of a colour's bin.
fn bin_of(color: vec3f) -> u32 {
  let step = vec3i(floor((color - LOWEST) * (vec3f(STEPS) / RANGE)));
  return index_of(clamp(step, vec3i(0), STEPS - 1));
}

// Counts a quarter of the cells.
@compute @workgroup_size(8, 8)
fn tally(@builtin(global_invocation_id) id: vec3u) {
  let phase = select(memory.phase, 0u, begins());
  let cell = 2u * id.xy + vec2u(phase & 1u, phase >> 1u);
  let width = u32(parameters.width);
  if (cell.x >= width || cell.y >= u32(parameters.height)) { return; }
  let index = cell.y * width + cell.x;
  let p = map[index];
  let is_person = p >= HIGH;
  if (!is_person && !(p <= LOW)) { return; }
  atomicAdd(&counts[2u * bin_of(guide[index].xyz) + select(1u, 0u, is_person)], 1u);
}

var<workgroup> sums: array<vec2f, THREADS>;

// Adds this frame's counts to the decaying ones. One workgroup.
@compute @workgroup_size(THREADS)
fn gather(@builtin(local_invocation_index) thread: u32) {
  let begins_anew = begins();
  var sum = vec2f(0.0);
  for (var bin = thread; bin < BINS; bin += THREADS) {
    let counted = vec2u(atomicExchange(&counts[2u * bin], 0u), atomicExchange(&counts[2u * bin + 1u], 0u));
    let seen = vec2f(counted) + select(DECAY * memory.histogram[bin], vec2f(0.0), begins_anew);
    memory.histogram[bin] = seen;
    sum += seen;
  }
  sums[thread] = sum;
  workgroupBarrier();
  for (var count = THREADS / 2u; count > 0u; count /= 2u) {
    if (thread < count) { sums[thread] += sums[thread + count]; }
    workgroupBarrier();
  }
  if (thread > 0u) { return; }
  memory.people = sums[0].x;
  memory.background = sums[0].y;
  memory.phase = (select(memory.phase, 0u, begins_anew) + 1u) & 3u;
}

// How much more likely each colour is the person's than the camera background's.
@compute @workgroup_size(64)
fn weigh(@builtin(global_invocation_id) id: vec3u) {
  let bin = vec3i(i32(id.x) / (STEPS.y * STEPS.z), (i32(id.x) / STEPS.z) % STEPS.y, i32(id.x) % STEPS.z);
  if (id.x >= BINS) { return; }
  if (memory.people <= 0.0 || memory.background <= 0.0) {
    weights[id.x] = 1.0;
    return;
  }
  // [1 2 1] / 4 in each direction; the outermost bins count for what lies beyond them. That leaves the sums as they are.
  var smoothed = vec2f(0.0);
  for (var i = 0; i < 27; i++) {
    let offset = vec3i(i / 9, (i / 3) % 3, i % 3) - 1;
    let share = vec3f(2 - abs(offset)) / 4.0;
    smoothed += share.x * share.y * share.z * memory.histogram[index_of(clamp(bin + offset, vec3i(0), STEPS - 1))];
  }
  let frequencies = smoothed / vec2f(memory.people, memory.background) + RARE;
  weights[id.x] = sqrt(clamp(frequencies.x / frequencies.y, 1.0 / LIMIT, LIMIT));
}

// Bayes' rule for undecided cells.
@compute @workgroup_size(64)
fn correct(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.width) * u32(parameters.height)) { return; }
  let p = map[id.x];
  let person = p * weights[bin_of(guide[id.x].xyz)];
  let is_unsure = p > UNDECIDED_LOW && p < UNDECIDED_HIGH;
  corrected[id.x] = select(p, person / (person + 1.0 - p), is_unsure);
}
