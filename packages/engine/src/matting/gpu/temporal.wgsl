// The temporal filter of confidence and guide: `temporal` and `follow` of kernels/temporal.reference.ts.
struct Parameters {
  cells: f32,
  // 1 if there is no earlier frame.
  fresh: f32,
}

// As noise-level.wgsl writes it.
struct Level {
  scene_change: u32,
  noise: f32,
  // The motion up to which a cell is at rest.
  rest: f32,
  // The largest age of a cell.
  longest: f32,
}

// What is known of a cell.
struct Memory {
  evidence: f32,
  age: f32,
  recent: f32,
  // 1 for the person, -1 for the background.
  label: f32,
  // Its look when it was surely the background, and its evidence then.
  place: vec3f,
  place_evidence: f32,
}

override UNKNOWN: f32;
override SPAN: f32;
override HOLD: f32;
override REFERENCE: f32;
override LUMA_LEAST: f32;
override LUMA_MOST: f32;
override LUMA_FACTOR: f32;
override CHROMA: f32;
override REPLACED: f32;
override RECALLED: f32;
override BACKGROUND: f32;
override YOUNG: f32;
override MATURE: f32;
override SLOWEST: f32;
override FIRST: f32;
override FLOOR: f32;
override CEILING: f32;
override NEAR: f32;
override FAR: f32;
override UNSURE: f32;
override SURE: f32;
override UNCHANGED: f32;
override CHANGED: f32;
override SURELY: f32;
override RATE: f32;
override TURN: f32;
override TURN_FAR: f32;
override TURN_SURE: f32;
override GONE: f32;
override GONE_RECENT: f32;
override GONE_EVIDENCE: f32;
override HELD: f32;

// The largest log-odds: what a network is surer of counts as this.
const LIMIT = 5.0;
// Activity below this is none.
const QUIET = 0.001;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> guide: array<vec4f>;
@group(0) @binding(2) var<storage, read> motion: array<f32>;
@group(0) @binding(3) var<storage, read> level: Level;
@group(0) @binding(4) var<storage, read_write> state: array<f32>;
@group(0) @binding(5) var<storage, read_write> activity: array<f32>;
// The filtered guide.
@group(0) @binding(6) var<storage, read_write> reference: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> memory: array<Memory>;
@group(0) @binding(8) var<storage, read> confidence: array<f32>;

// A cell's state; unknown after a scene change.
fn known(cell: u32) -> f32 {
  return select(state[cell], UNKNOWN, parameters.fresh != 0.0 || level.scene_change != 0u);
}

fn log_odds(value: f32) -> f32 {
  let p = clamp(value, 1e-6, 1.0 - 1e-6);
  return clamp(log(p / (1.0 - p)), -LIMIT, LIMIT);
}

fn sigmoid(value: f32) -> f32 {
  return 1.0 / (1.0 + exp(-clamp(value, -LIMIT, LIMIT)));
}

// How far a look is from the guide's, 1 being the largest distance within one appearance.
fn distance_to(sample: vec3f, look: vec3f) -> f32 {
  let apart = abs(sample - look);
  let luma = clamp(255.0 * LUMA_FACTOR * max(level.noise, 0.0), LUMA_LEAST, LUMA_MOST);
  return max(apart.x / luma, (apart.y + apart.z) / CHROMA);
}

fn advance(cell: u32, seen: f32) {
  let sample = guide[cell].xyz;
  let calm = reference[cell].xyz;
  let lasting = max(smoothstep(level.rest, level.rest + SPAN, motion[cell]), HOLD * activity[cell]);
  let share = select(lasting, 0.0, lasting < QUIET);
  var known = memory[cell];
  let change = distance_to(sample, calm);
  let differs = change >= 1.0 && share > REPLACED;
  let is_recalled = differs && known.place_evidence < BACKGROUND && distance_to(sample, known.place) < 1.0;
  if (is_recalled) {
    known.evidence = known.place_evidence;
    known.recent = known.place_evidence;
    known.age = RECALLED;
  } else if (differs) {
    known.recent = seen;
    known.age = 0.0;
  }
  known.age = min(level.longest, known.age + 1.0);
  known.recent += RATE * (seen - known.recent);

  let is_young = known.age < YOUNG;
  var gain = 0.0;
  if (is_young) {
    gain = max(FLOOR + (CEILING - FLOOR) * share, min(1.0 / known.age, FIRST));
  } else {
    let colored = smoothstep(NEAR, FAR, change);
    let sure = smoothstep(UNSURE, SURE, abs(seen));
    let moved = share * (UNCHANGED + colored * (CHANGED + SURELY * sure));
    gain = max(max(1.0 / known.age, SLOWEST), select(moved, 0.0, is_recalled));
  }
  let is_against = known.recent * known.evidence < 0.0;
  let is_far = abs(known.recent - known.evidence) > TURN_FAR;
  if (is_against && is_far && abs(known.recent) > TURN_SURE) { gain = max(gain, TURN); }
  if (known.recent < GONE_RECENT && known.evidence > GONE_EVIDENCE) { gain = max(gain, GONE); }

  let now = known.evidence + gain * (seen - known.evidence);
  let stays = now > HELD || (now >= -HELD && known.label > 0.0);
  known.label = select(-1.0, 1.0, select(stays, now > 0.0, is_young));
  let holding = saturate((known.age - YOUNG) / max(MATURE - YOUNG, 1e-6));
  if (now < BACKGROUND && !is_young) {
    known.place = calm;
    known.place_evidence = now;
  }
  known.evidence = now;
  memory[cell] = known;
  state[cell] = sigmoid(now + known.label * HELD * holding);
  activity[cell] = share;
  let follow = REFERENCE + (1.0 - REFERENCE) * share;
  reference[cell] = vec4f(calm + follow * (sample - calm), 0.0);
}

// A cell without history.
fn begin(cell: u32) {
  let sample = guide[cell].xyz;
  activity[cell] = 1.0;
  reference[cell] = vec4f(sample, 0.0);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.cells)) { return; }
  let before = known(id.x);
  let seen = log_odds(confidence[id.x]);
  if (before >= 0.0) {
    advance(id.x, seen);
    return;
  }
  begin(id.x);
  state[id.x] = sigmoid(seen);
  memory[id.x] = Memory(seen, 1.0, seen, select(-1.0, 1.0, seen > 0.0), guide[id.x].xyz, 0.0);
}

// Without a new output of the network nothing is learned but where the frame has changed.
@compute @workgroup_size(64)
fn rest(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.cells)) { return; }
  let before = known(id.x);
  if (before >= 0.0) {
    advance(id.x, memory[id.x].evidence);
    return;
  }
  begin(id.x);
  state[id.x] = before;
}
