// The temporal filter of confidence and guide: `temporal` and `follow` of kernels/confidence.reference.ts.
struct Parameters {
  cells: f32,
  // 1 if there is no earlier frame.
  fresh: f32,
}

struct Level {
  noise: f32,
  // The motion up to which a cell is at rest.
  rest: f32,
}

override UNKNOWN: f32;
override FLOOR: f32;
override CEILING: f32;
override SPAN: f32;
override HOLD: f32;
override RATE: f32;
override DRIFT_LOW: f32;
override DRIFT_HIGH: f32;
override REFERENCE: f32;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> guide: array<vec4f>;
@group(0) @binding(2) var<storage, read> motion: array<f32>;
@group(0) @binding(3) var<storage, read> level: Level;
@group(0) @binding(4) var<storage, read> scene_change: u32;
@group(0) @binding(5) var<storage, read_write> state: array<f32>;
@group(0) @binding(6) var<storage, read_write> activity: array<f32>;
// The filtered guide's three samples, and the drift.
@group(0) @binding(7) var<storage, read_write> reference: array<vec4f>;
@group(0) @binding(8) var<storage, read> confidence: array<f32>;

// A cell's state; unknown after a scene change.
fn known(cell: u32) -> f32 {
  return select(state[cell], UNKNOWN, parameters.fresh != 0.0 || scene_change != 0u);
}

fn advance(cell: u32, before: f32, now: f32) {
  let sample = guide[cell].xyz;
  if (before < 0.0) {
    state[cell] = now;
    activity[cell] = 1.0;
    reference[cell] = vec4f(sample, 0.0);
    return;
  }
  let innovation = now - before;
  let calm = reference[cell];
  let drift = calm.w + RATE * (innovation - calm.w);
  let moving = smoothstep(level.rest, level.rest + SPAN, motion[cell]);
  let changing = smoothstep(DRIFT_LOW, DRIFT_HIGH, abs(drift));
  let share = max(moving, max(HOLD * activity[cell], changing));
  state[cell] = before + (FLOOR + (CEILING - FLOOR) * share) * innovation;
  activity[cell] = share;
  let gain = REFERENCE + (1.0 - REFERENCE) * share;
  reference[cell] = vec4f(calm.xyz + gain * (sample - calm.xyz), drift);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.cells)) { return; }
  advance(id.x, known(id.x), confidence[id.x]);
}

// Without a new output of the network, the state takes its place.
@compute @workgroup_size(64)
fn rest(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.cells)) { return; }
  let before = known(id.x);
  advance(id.x, before, before);
}
