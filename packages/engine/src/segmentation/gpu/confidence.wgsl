// A network's output, rotated from upright to stored pixels, as `NetworkRunner` does on the CPU; `mean` averages it with the output for
// the mirrored input.
struct Parameters {
  // In stored pixels.
  width: f32,
  height: f32,
  // The index of its first pixel in the upright map, and the steps from there to the next in its row and in its column.
  start: f32,
  right: f32,
  down: f32,
  uprightWidth: f32,
}

// How far beyond 0..1 a confidence may be because of the rounding of half floats.
const ROUNDING = 0.001;
// All bits of a float but its sign: as integers they are in the order of the floats, with infinity and NaN above all others.
const MAGNITUDE = 0x7fffffffu;

@group(0) @binding(0) var<uniform> parameters: Parameters;
// The bits of floats: NaN is tested on them, because a driver may assume that no float is NaN.
@group(0) @binding(1) var<storage, read> found: array<u32>;
@group(0) @binding(2) var<storage, read_write> confidence: array<f32>;
@group(0) @binding(3) var<storage, read_write> faults: atomic<u32>;
@group(0) @binding(4) var<storage, read> found_mirrored: array<u32>;

// A valid confidence; non-finite values and those out of range become 0, so that the camera background stays hidden.
fn checked(bits: u32) -> f32 {
  let most = select(1.0 + ROUNDING, ROUNDING, bits > MAGNITUDE);
  if ((bits & MAGNITUDE) > bitcast<u32>(most)) {
    atomicAdd(&faults, 1u);
    return 0.0;
  }
  return saturate(bitcast<f32>(bits));
}

fn is_inside(id: vec3u) -> bool {
  return id.x < u32(parameters.width) && id.y < u32(parameters.height);
}

// The index of a stored cell in the upright map.
fn upright(id: vec3u) -> u32 {
  let steps = vec2i(vec2f(parameters.right, parameters.down));
  return u32(i32(parameters.start) + steps.x * i32(id.x) + steps.y * i32(id.y));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  confidence[id.y * u32(parameters.width) + id.x] = checked(found[upright(id)]);
}

@compute @workgroup_size(8, 8)
fn mean(@builtin(global_invocation_id) id: vec3u) {
  if (!is_inside(id)) { return; }
  let pixel = upright(id);
  let row = u32(parameters.uprightWidth);
  let mirrored = pixel + row - 1u - 2u * (pixel % row);
  let sum = checked(found[pixel]) + checked(found_mirrored[mirrored]);
  confidence[id.y * u32(parameters.width) + id.x] = 0.5 * sum;
}
