// The camera background as a fast lens shows it: kernels/bokeh.reference.ts.

// The number of cells.
override ACROSS: i32;
override DOWN: i32;

// The number of cells of half their size.
override FINE_ACROSS: i32;
override FINE_DOWN: i32;
// The luma that is black, in samples, and 1 over how far white is from there.
override BLACK: f32;
override SCALE: f32;

const HEADROOM = 0.1;

@group(0) @binding(1) var<storage, read> fine: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> joined: array<vec4f>;

// A cell, weighted by the light that its brightness stands for.
fn lit(cell: vec4f) -> vec4f {
  if (cell.a <= 0) { return vec4f(0); }
  let luma = clamp((cell.r / cell.a - BLACK) * SCALE, 0, 1);
  return cell / (1 - luma / (1 + HEADROOM));
}

@compute @workgroup_size(8, 8)
fn join(@builtin(global_invocation_id) id: vec3u) {
  let cell = vec2i(id.xy);
  if (cell.x >= ACROSS || cell.y >= DOWN) { return; }
  let first = 2 * cell;
  // The last column or row counts twice if the width or height is odd.
  let second = min(first + 1, vec2i(FINE_ACROSS, FINE_DOWN) - 1);
  let sum = lit(fine[first.y * FINE_ACROSS + first.x]) + lit(fine[first.y * FINE_ACROSS + second.x])
    + lit(fine[second.y * FINE_ACROSS + first.x]) + lit(fine[second.y * FINE_ACROSS + second.x]);
  joined[cell.y * ACROSS + cell.x] = sum / 4;
}

// Of the disc downwards, in cells, and how many times that across.
override RADIUS: f32;
override STRETCH: f32;

@group(0) @binding(1) var<storage, read> points: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> discs: array<vec4f>;

@compute @workgroup_size(8, 8)
fn average(@builtin(global_invocation_id) id: vec3u) {
  let cell = vec2i(id.xy);
  if (cell.x >= ACROSS || cell.y >= DOWN) { return; }
  let reach = i32(ceil(RADIUS + 0.5)) - 1;
  var sum = vec4f(0);
  var total = 0.0;
  for (var dy = -reach; dy <= reach; dy++) {
    // The part of the row that lies in the disc, and the disc's width in its middle.
    let near = max(0, f32(abs(dy)) - 0.5);
    let far = min(f32(abs(dy)) + 0.5, RADIUS);
    let middle = select((near + far) / 2, 0, dy == 0);
    let height = select(far - near, 2 * far, dy == 0);
    let reachAcross = max(0.5, STRETCH * sqrt(RADIUS * RADIUS - middle * middle)) + 0.5;
    let whole = i32(floor(reachAcross));
    total += height * (2 * reachAcross - 1);
    let row = cell.y + dy;
    if (row < 0 || row >= DOWN) { continue; }
    var inRow = vec4f(0);
    for (var x = max(0, cell.x - whole); x <= min(ACROSS - 1, cell.x + whole); x++) {
      let share = select(1, reachAcross - f32(whole), abs(x - cell.x) == whole);
      inRow += share * points[row * ACROSS + x];
    }
    sum += height * inRow;
  }
  discs[cell.y * ACROSS + cell.x] = sum / total;
}
