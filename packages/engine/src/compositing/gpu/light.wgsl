// Light wrap, for samples of 0..1: the cells of `blurGather` of kernels/blur.reference.ts without a person; when they are blurred,
// `light` of kernels/light.reference.ts.
override CELL: u32;

@group(0) @binding(1) var background: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> gathered: array<vec4f>;

@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(background);
  let grid = (size + CELL - 1) / CELL;
  if (any(id.xy >= grid)) { return; }
  // The last column or row counts twice if the size is odd.
  let end = min((id.xy + 1) * CELL, (size + 1) / 2 * 2);
  var sum = vec4f();
  for (var y = id.y * CELL; y < end.y; y++) {
    for (var x = id.x * CELL; x < end.x; x++) {
      sum += vec4f(textureLoad(background, min(vec2u(x, y), size - 1), 0).xyz, 1);
    }
  }
  gathered[id.y * grid.x + id.x] = sum / sum.w;
}

struct Parameters {
  strength: f32,
  // Of luma in the background's colour space.
  black: f32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> cells: array<vec4f>;
// Pairs of vectors: the fourth component of the first is the openness.
@group(0) @binding(2) var<storage, read> colors: array<vec4f>;
// The colour times the amount of light, and the amount.
@group(0) @binding(3) var<storage, read_write> light: array<vec4f>;

@compute @workgroup_size(64)
fn shine(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&light)) { return; }
  let open = colors[2 * id.x].w;
  let color = saturate(cells[id.x].xyz);
  let brightness = saturate((color.x - parameters.black) * parameters.scale);
  // No light where no person is near.
  let amount = select(parameters.strength * min(1, 4 * open * open) * brightness, 0, open == 1);
  light[id.x] = vec4f(amount * color, amount);
}
