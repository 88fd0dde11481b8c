// The decisions about a whole frame: whether the scene has changed, its noise level, and whether the camera moves. `quantile` and
// `shareAbove` of kernels/motion.reference.ts, and what `TemporalFilter` in src/matting/temporal.ts does with them. One workgroup.
struct Parameters {
  cells: f32,
  // 1 if there is no earlier frame.
  fresh: f32,
}

struct Level {
  scene_change: u32,
  // Of the motion; UNKNOWN before there were two frames.
  noise: f32,
  // The motion up to which a cell is at rest.
  rest: f32,
  // The largest age of a cell.
  longest: f32,
}

override UNKNOWN: f32;
override SCENE_CHANGE_DIFFERENCE: f32;
override SHARE: f32;
override RISE: f32;
override FALL: f32;
override TOP: f32;
override FACTOR: f32;
override LEAST: f32;
override MOST: f32;
override SPAN: f32;
override CAMERA_SOME: f32;
override CAMERA_SURE: f32;
override CAMERA_LONGEST: f32;
override CAMERA_MOVING: f32;

const THREADS = 256u;
const BINS = 512u;
const VALUES = 4096u;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> changes: array<vec2f>;
@group(0) @binding(2) var<storage, read> motion: array<f32>;
@group(0) @binding(3) var<storage, read_write> level: Level;

var<workgroup> sums: array<f32, THREADS>;
var<workgroup> bins: array<atomic<u32>, BINS>;
// The values in the bins up to the two of each thread.
var<workgroup> counts: array<u32, THREADS>;
var<workgroup> quantile: f32;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) thread: u32) {
  let cells = u32(parameters.cells);
  var sum = 0.0;
  for (var i = thread; i < cells; i += THREADS) { sum += changes[i].y; }
  sums[thread] = sum;
  let stride = (cells / VALUES) | 1u;
  for (var i = thread * stride; i < cells; i += THREADS * stride) {
    let bin = clamp(floor(motion[i] * (f32(BINS) / TOP)), 0.0, f32(BINS - 1u));
    atomicAdd(&bins[u32(bin)], 1u);
  }
  workgroupBarrier();

  let first = atomicLoad(&bins[2u * thread]);
  let second = atomicLoad(&bins[2u * thread + 1u]);
  counts[thread] = first + second;
  for (var count = THREADS / 2u; count > 0u; count /= 2u) {
    workgroupBarrier();
    if (thread < count) { sums[thread] += sums[thread + count]; }
  }
  for (var reach = 1u; reach < THREADS; reach *= 2u) {
    workgroupBarrier();
    var more = 0u;
    if (thread >= reach) { more = counts[thread - reach]; }
    workgroupBarrier();
    counts[thread] += more;
  }
  if (thread == 0u) { quantile = TOP; }
  workgroupBarrier();

  let wanted = SHARE * f32((cells + stride - 1u) / stride);
  let before = f32(counts[thread] - first - second);
  let rest = wanted - before;
  if (rest > 0.0 && rest <= f32(first + second)) {
    let position = select(
      f32(2u * thread + 1u) + (rest - f32(first)) / f32(max(second, 1u)),
      f32(2u * thread) + rest / f32(max(first, 1u)),
      rest <= f32(first),
    );
    quantile = position * TOP / f32(BINS);
  }
  workgroupBarrier();

  let is_fresh = parameters.fresh != 0.0;
  let is_scene_change = !is_fresh && sums[0] > SCENE_CHANGE_DIFFERENCE * parameters.cells;
  var noise = level.noise;
  if (is_fresh) {
    noise = UNKNOWN;
  } else if (!is_scene_change) {
    if (noise < 0.0) { noise = quantile; }
    noise += select(FALL, RISE, quantile > noise) * (quantile - noise);
  }
  let limit = clamp(FACTOR * noise, LEAST, MOST);
  var above = 0.0;
  for (var i = thread; i < cells; i += THREADS) { above += select(0.0, 1.0, motion[i] > limit + SPAN / 2.0); }
  workgroupBarrier();
  sums[thread] = above;
  for (var count = THREADS / 2u; count > 0u; count /= 2u) {
    workgroupBarrier();
    if (thread < count) { sums[thread] += sums[thread + count]; }
  }
  if (thread > 0u) { return; }
  let moving = saturate((sums[0] / parameters.cells - CAMERA_SOME) / (CAMERA_SURE - CAMERA_SOME));
  let longest = CAMERA_LONGEST + select(moving, 0.0, noise < 0.0) * (CAMERA_MOVING - CAMERA_LONGEST);
  level = Level(u32(is_scene_change), noise, limit, longest);
}
