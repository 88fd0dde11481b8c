// Alpha for each pixel of the frame from the guided filter's coefficients: `matte` of kernels/matte.reference.ts; then smoothed
// over time: `steady` of kernels/steady.reference.ts. A thread computes four pixels of a row, one word of the previous matte.
override LOW: f32;
override HIGH: f32;
override STEADY_FLOOR: i32;
override STEADY_LOW: i32;
override STEADY_SLOPE: i32;

// Pixels of a row that share the activity of one cell: the one in their middle.
const GROUP = 8u;

struct Parameters {
  // The rectangle of the coefficients in the frame, and their number.
  origin: vec2f,
  size: vec2f,
  cells: vec2f,
  // The cells of the activity, from the same origin on: their number, and cells per pixel.
  activityCells: vec2f,
  activityScale: vec2f,
  isSteady: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> coefficients: array<vec4f>;
@group(0) @binding(2) var frame: texture_2d<f32>;
@group(0) @binding(3) var<storage, read> activity: array<f32>;
@group(0) @binding(4) var<storage, read_write> previous: array<u32>;
@group(0) @binding(5) var matte: texture_storage_2d<rgba8unorm, write>;

fn coefficientsAt(position: vec2f) -> vec4f {
  let columns = u32(parameters.cells.x);
  let last = vec2i(parameters.cells) - 1;
  let left = floor(position);
  let fraction = position - left;
  let a = vec2u(clamp(vec2i(left), vec2i(), last));
  let b = vec2u(clamp(vec2i(left) + 1, vec2i(), last));
  let top = mix(coefficients[a.y * columns + a.x], coefficients[a.y * columns + b.x], fraction.x);
  let bottom = mix(coefficients[b.y * columns + a.x], coefficients[b.y * columns + b.x], fraction.x);
  return mix(top, bottom, fraction.y);
}

fn alphaAt(pixel: vec2u) -> i32 {
  let position = vec2f(pixel) + 0.5 - parameters.origin;
  if (any(position < vec2f()) || any(position >= parameters.size)) { return 0; }
  let c = coefficientsAt(position * (parameters.cells / parameters.size) - 0.5);
  let q = dot(c.xyz, textureLoad(frame, pixel, 0).xyz) + c.w;
  return i32(floor(255 * smoothstep(LOW, HIGH, q) + 0.5));
}

// 0..255; outside of the grid 255.
fn activityAt(pixel: vec2u) -> i32 {
  let middle = vec2f(f32(pixel.x - pixel.x % GROUP + GROUP / 2), f32(pixel.y) + 0.5);
  let cell = floor((middle - parameters.origin) * parameters.activityScale);
  if (any(cell < vec2f()) || any(cell >= parameters.activityCells)) { return 255; }
  let index = u32(cell.y) * u32(parameters.activityCells.x) + u32(cell.x);
  return i32(activity[index] * 255 + 0.5);
}

fn follow(before: i32, now: i32, activity: i32) -> i32 {
  let change = now - before;
  let size = abs(change);
  let motion = max(activity, min(255, max(0, size - STEADY_LOW) * STEADY_SLOPE));
  let gain = STEADY_FLOOR + (((256 - STEADY_FLOOR) * motion + 255) >> 8);
  return before + sign(change) * ((size * gain + 255) >> 8);
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  let left = id.x * 4;
  if (left >= size.x || id.y >= size.y) { return; }
  let word = id.y * ((size.x + 3) / 4) + id.x;
  let before = previous[word];
  let motion = activityAt(vec2u(left, id.y));
  var after = 0u;
  for (var i = 0u; i < min(4, size.x - left); i++) {
    let pixel = vec2u(left + i, id.y);
    var value = alphaAt(pixel);
    if (parameters.isSteady > 0) { value = follow(i32(extractBits(before, 8 * i, 8)), value, motion); }
    after |= u32(value) << (8 * i);
    textureStore(matte, pixel, vec4f(vec2f(f32(value) / 255), 0, 1));
  }
  previous[word] = after;
}
