// The camera background out of focus, without the person: kernels/blur.reference.ts. A cell is Y, U and V times its weight, in sample units, and
// its weight.

// A cell's side in pixels, and the number of cells.
override CELL: i32;
override ACROSS: i32;
override DOWN: i32;

@group(0) @binding(1) var source: texture_2d<f32>;
@group(0) @binding(2) var matte: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> gathered: array<vec4f>;

// The mean of each cell. The last column or row counts twice if the width or height is odd.
@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let cell = vec2i(id.xy);
  if (cell.x >= ACROSS || cell.y >= DOWN) { return; }
  let size = vec2i(textureDimensions(source));
  let begin = cell * CELL;
  let end = min(begin + CELL, (size + 1) / 2 * 2);
  var sum = vec4f(0);
  for (var y = begin.y; y < end.y; y++) {
    for (var x = begin.x; x < end.x; x++) {
      let at = min(vec2i(x, y), size - 1);
      let weight = 1 - textureLoad(matte, at, 0).r;
      sum += weight * vec4f(255 * textureLoad(source, at, 0).rgb, 1);
    }
  }
  gathered[cell.y * ACROSS + cell.x] = sum / f32((end.x - begin.x) * (end.y - begin.y));
}

// Shown where hardly any camera background is near.
override FALLBACK_Y: f32;
override FALLBACK_U: f32;
override FALLBACK_V: f32;

@group(0) @binding(1) var<storage, read> cells: array<vec4f>;
@group(0) @binding(2) var blurred: texture_storage_2d<rgba8unorm, write>;

const LEAST_WEIGHT = 1e-4;

fn colorOf(column: i32, row: i32) -> vec3f {
  let cell = cells[clamp(row, 0, DOWN - 1) * ACROSS + clamp(column, 0, ACROSS - 1)];
  return select(cell.rgb / cell.a, vec3f(FALLBACK_Y, FALLBACK_U, FALLBACK_V), cell.a < LEAST_WEIGHT);
}

// Each pixel, interpolated between the centres of the cells around it.
@compute @workgroup_size(8, 8)
fn spread(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= textureDimensions(blurred))) { return; }
  let position = (vec2f(id.xy) + 0.5) / f32(CELL) - 0.5;
  let cell = vec2i(floor(position));
  let fraction = position - floor(position);
  let above = mix(colorOf(cell.x, cell.y), colorOf(cell.x + 1, cell.y), fraction.x);
  let below = mix(colorOf(cell.x, cell.y + 1), colorOf(cell.x + 1, cell.y + 1), fraction.x);
  let color = mix(above, below, fraction.y);
  textureStore(blurred, id.xy, vec4f(clamp(floor(color + 0.5), vec3f(0), vec3f(255)) / 255, 1));
}
