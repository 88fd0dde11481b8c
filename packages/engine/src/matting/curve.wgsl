// The contrast curve of each value: `curve` of kernels/confidence.reference.ts.
override LOW: f32;
override HIGH: f32;

@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> curved: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&source)) { return; }
  curved[id.x] = smoothstep(LOW, HIGH, source[id.x]);
}
