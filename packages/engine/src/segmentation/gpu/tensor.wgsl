// A thumbnail as a network's input, rotated upright: `tensor` of kernels/tensor.reference.ts.
struct Parameters {
  width: f32,
  height: f32,
  // The index of the first pixel in the input, and the steps from there to the next in its row and in its column.
  start: f32,
  right: f32,
  down: f32,
  // The width of the input, and 1 if it is to be mirrored.
  uprightWidth: f32,
  mirrored: f32,
  yOffset: f32,
  yScale: f32,
  rv: f32,
  gu: f32,
  gv: f32,
  bu: f32,
}

// The network's values for black and white.
override LOW: f32;
override HIGH: f32;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> guide: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> tensor: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let width = u32(parameters.width);
  if (id.x >= width || id.y >= u32(parameters.height)) { return; }
  let stored = guide[id.y * width + id.x];
  let luma = parameters.yScale * (stored.x - parameters.yOffset);
  let chroma = stored.yz - 128.0;
  let color = luma + vec3f(
    parameters.rv * chroma.y,
    parameters.gu * chroma.x + parameters.gv * chroma.y,
    parameters.bu * chroma.x,
  );
  let values = LOW + (HIGH - LOW) * clamp(color, vec3f(0.0), vec3f(1.0));

  let steps = vec2i(vec2f(parameters.right, parameters.down));
  var pixel = u32(i32(parameters.start) + steps.x * i32(id.x) + steps.y * i32(id.y));
  if (parameters.mirrored != 0.0) {
    let row = u32(parameters.uprightWidth);
    pixel = pixel + row - 1u - 2u * (pixel % row);
  }
  tensor[3u * pixel] = values.r;
  tensor[3u * pixel + 1u] = values.g;
  tensor[3u * pixel + 2u] = values.b;
}
