// Motion between guide and reference: `motion` of kernels/motion.reference.ts, after its `matchExposure` has been applied to the
// reference and to the places in the memory.
struct Parameters {
  width: f32,
  height: f32,
}

// What is known of a cell: see temporal.wgsl.
struct Memory {
  cell: vec4f,
  place: vec3f,
  place_evidence: f32,
}

const RADIUS = 2;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> guide: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> reference: array<vec4f>;
@group(0) @binding(3) var<storage, read> exposures: array<vec2f>;
@group(0) @binding(4) var<storage, read> state: array<f32>;
// max(|dY|, |dU| + |dV|) / 255, and |dY| / 255.
@group(0) @binding(5) var<storage, read_write> changes: array<vec2f>;
@group(0) @binding(6) var<storage, read_write> memory: array<Memory>;

@compute @workgroup_size(64)
fn difference(@builtin(global_invocation_id) id: vec3u) {
  let cell = id.x;
  if (cell >= u32(parameters.width) * u32(parameters.height)) { return; }
  let gains = vec3f(exposures[0].x, exposures[1].x, exposures[2].x);
  let offsets = vec3f(exposures[0].y, exposures[1].y, exposures[2].y);
  let exposed = gains * reference[cell].xyz + offsets;
  reference[cell] = vec4f(exposed, 0.0);
  memory[cell].place = gains * memory[cell].place + offsets;
  var apart = vec3f(0.0);
  if (state[cell] >= 0.0) { apart = abs(guide[cell].xyz - exposed) / 255.0; }
  changes[cell] = vec2f(max(apart.x, apart.y + apart.z), apart.x);
}

@group(0) @binding(1) var<storage, read> changed: array<vec2f>;
@group(0) @binding(2) var<storage, read_write> motion: array<f32>;

@compute @workgroup_size(8, 8)
fn mean(@builtin(global_invocation_id) id: vec3u) {
  let size = vec2i(vec2f(parameters.width, parameters.height));
  let cell = vec2i(id.xy);
  if (any(cell >= size)) { return; }
  let low = max(cell - RADIUS, vec2i(0));
  let high = min(cell + RADIUS, size - 1);
  var sum = 0.0;
  for (var y = low.y; y <= high.y; y++) {
    for (var x = low.x; x <= high.x; x++) { sum += changed[y * size.x + x].x; }
  }
  let window = high - low + 1;
  motion[cell.y * size.x + cell.x] = sum / f32(window.x * window.y);
}
