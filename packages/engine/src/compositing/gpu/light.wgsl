// The light of a place around the person's edge, for samples of 0..1: the cells of `blurGather` of kernels/blur.reference.ts, where
// all is background; when they are out of focus, `light` of kernels/light.reference.ts.
override CELL: u32;

@group(0) @binding(1) var place: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> gathered: array<vec4f>;

@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(place);
  let grid = (size + CELL - 1) / CELL;
  if (any(id.xy >= grid)) { return; }
  // Where an odd size cuts 2x2 pixels, the last column or row counts twice.
  let end = min((id.xy + 1) * CELL, (size + 1) / 2 * 2);
  var sum = vec4f();
  for (var y = id.y * CELL; y < end.y; y++) {
    for (var x = id.x * CELL; x < end.x; x++) {
      sum += vec4f(textureLoad(place, min(vec2u(x, y), size - 1), 0).xyz, 1);
    }
  }
  gathered[id.y * grid.x + id.x] = sum / sum.w;
}

struct Parameters {
  strength: f32,
  // Of luma in the place's colour space.
  black: f32,
  scale: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> cells: array<vec4f>;
// Pairs, of which the first says how open the surroundings are.
@group(0) @binding(2) var<storage, read> colors: array<vec4f>;
// The colour times how much light there is, and how much.
@group(0) @binding(3) var<storage, read_write> light: array<vec4f>;

@compute @workgroup_size(64)
fn shine(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&light)) { return; }
  let open = colors[2 * id.x].w;
  let color = saturate(cells[id.x].xyz);
  let brightness = saturate((color.x - parameters.black) * parameters.scale);
  // Where nothing of the person is near there is nothing to shine on.
  let amount = select(parameters.strength * min(1, 4 * open * open) * brightness, 0, open == 1);
  light[id.x] = vec4f(amount * color, amount);
}
