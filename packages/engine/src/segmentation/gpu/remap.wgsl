// A map resampled to another grid, by bilinear interpolation: `remap` of kernels/remap.reference.ts, for each of CHANNELS values a cell.
struct Parameters {
  sourceWidth: f32,
  sourceHeight: f32,
  x: f32,
  y: f32,
  width: f32,
  height: f32,
  targetWidth: f32,
  targetHeight: f32,
  outside: f32,
}

override CHANNELS: u32;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> remapped: array<f32>;

// A value between two cells of a row.
fn between(row: u32, left: u32, right: u32, along: f32, channel: u32) -> f32 {
  let first = row * u32(parameters.sourceWidth);
  return mix(
    source[(first + left) * CHANNELS + channel],
    source[(first + right) * CHANNELS + channel],
    along,
  );
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let channel = id.x % CHANNELS;
  let cell = id.x / CHANNELS;
  let targetWidth = u32(parameters.targetWidth);
  let column = cell % targetWidth;
  let row = cell / targetWidth;
  if (row >= u32(parameters.targetHeight)) { return; }
  let step = vec2f(parameters.width, parameters.height) / vec2f(parameters.targetWidth, parameters.targetHeight);
  let position = vec2f(parameters.x, parameters.y) + (vec2f(f32(column), f32(row)) + 0.5) * step;
  let size = vec2f(parameters.sourceWidth, parameters.sourceHeight);
  if (any(position < vec2f(0.0)) || any(position > size)) {
    remapped[id.x] = parameters.outside;
    return;
  }
  let first = clamp(floor(position - 0.5), vec2f(0.0), size - 1.0);
  let fraction = saturate(position - 0.5 - first);
  let near = vec2u(first);
  let far = min(near + 1u, vec2u(size) - 1u);
  let above = between(near.y, near.x, far.x, fraction.x, channel);
  let below = between(far.y, near.x, far.x, fraction.x, channel);
  remapped[id.x] = mix(above, below, fraction.y);
}
