// A box filter along the rows or the columns of cells: `boxLines` of kernels/blur.reference.ts.
override RADIUS: i32;

struct Parameters {
  width: f32,
  height: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

fn box(cell: vec2i, along: vec2i) {
  let size = vec2i(i32(parameters.width), i32(parameters.height));
  if (any(cell >= size)) { return; }
  let first = max(vec2i(), cell - RADIUS * along);
  let last = min(size - 1, cell + RADIUS * along);
  let distance = dot(last - first, along);
  var sum = vec4f();
  for (var i = 0; i <= distance; i++) {
    let other = first + i * along;
    sum += source[other.y * size.x + other.x];
  }
  result[cell.y * size.x + cell.x] = sum / f32(distance + 1);
}

@compute @workgroup_size(8, 8)
fn across(@builtin(global_invocation_id) id: vec3u) {
  box(vec2i(id.xy), vec2i(1, 0));
}

@compute @workgroup_size(8, 8)
fn down(@builtin(global_invocation_id) id: vec3u) {
  box(vec2i(id.xy), vec2i(0, 1));
}
