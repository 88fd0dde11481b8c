// Fusion of two networks' outputs: `fuse` of kernels/confidence.reference.ts.
struct Parameters {
  cells: f32,
  // The weight of the first output, 0..1.
  share: f32,
}

override DOUBT: f32;

@group(0) @binding(0) var<uniform> parameters: Parameters;
// The first output, then the result.
@group(0) @binding(1) var<storage, read_write> map: array<f32>;
@group(0) @binding(2) var<storage, read> other: array<f32>;

fn logit(value: f32) -> f32 {
  let p = clamp(value, DOUBT, 1.0 - DOUBT);
  return log(p / (1.0 - p));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= u32(parameters.cells)) { return; }
  let odds = mix(logit(other[id.x]), logit(map[id.x]), parameters.share);
  map[id.x] = 1.0 / (1.0 + exp(-odds));
}
