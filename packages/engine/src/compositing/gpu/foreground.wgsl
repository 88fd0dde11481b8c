// The colours of person and camera background around the person's edge: kernels/foreground.reference.ts, for samples of 0..1. As in
// the CPU backend, cells are integers, so that even a tiny share of person or background in a window is exact: means over 2x2 pixels
// times 16, in units of 1 / (255 * 1020).
override CELL: u32;
override RADIUS: i32;
override HOLD: f32;

const UNIT = 16 * 255 * 1020;

struct Cell {
  // Alpha times Y, U, V, and alpha.
  person: vec4i,
  // Y, U, V, and alpha squared.
  all: vec4i,
}

struct Parameters {
  // Of the grid, in cells.
  width: f32,
  height: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;

fn gridSize() -> vec2i {
  return vec2i(i32(parameters.width), i32(parameters.height));
}

@group(0) @binding(1) var frame: texture_2d<f32>;
@group(0) @binding(2) var matte: texture_2d<f32>;
@group(0) @binding(3) var<storage, read_write> gathered: array<Cell>;

@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let grid = vec2u(gridSize());
  if (any(id.xy >= grid)) { return; }
  let size = textureDimensions(frame);
  let end = min((id.xy + 1) * CELL, size);
  var cell = Cell();
  var count = 0;
  for (var y = id.y * CELL; y < end.y; y += 2) {
    for (var x = id.x * CELL; x < end.x; x += 2) {
      var samples = vec4f();
      for (var corner = 0u; corner < 4; corner++) {
        let pixel = min(vec2u(x, y) + vec2u(corner & 1, corner >> 1), size - 1);
        samples += vec4f(textureLoad(frame, pixel, 0).xyz, textureLoad(matte, pixel, 0).r);
      }
      let four = vec4i(samples * 255 + 0.5);
      let alpha = (four.w + 2) / 4;
      cell.person += alpha * vec4i(four.xyz, 1020);
      cell.all += vec4i(255 * four.xyz, 4 * alpha * alpha);
      count++;
    }
  }
  gathered[id.y * grid.x + id.x] = Cell((cell.person * 16 + count / 2) / count, (cell.all * 16 + count / 2) / count);
}

@group(0) @binding(1) var<storage, read> cells: array<Cell>;
@group(0) @binding(2) var<storage, read_write> wide: array<Cell>;

// The sums of the wide windows' rows.
@compute @workgroup_size(8, 8)
fn across(@builtin(global_invocation_id) id: vec3u) {
  let grid = gridSize();
  let cell = vec2i(id.xy);
  if (any(cell >= grid)) { return; }
  var sum = Cell();
  for (var x = max(0, cell.x - RADIUS); x <= min(grid.x - 1, cell.x + RADIUS); x++) {
    let other = cells[cell.y * grid.x + x];
    sum.person += other.person;
    sum.all += other.all;
  }
  wide[cell.y * grid.x + cell.x] = sum;
}

struct Window {
  sum: Cell,
  // What 1 is in the sum.
  unit: i32,
}

struct Pair {
  person: vec3f,
  background: vec3f,
}

// The means of person and camera background, or of the window where one of them is missing.
fn means(window: Window) -> Pair {
  let weight = window.sum.person.w;
  let rest = window.unit - weight;
  let all = vec3f(window.sum.all.xyz) / f32(window.unit);
  return Pair(
    select(all, vec3f(window.sum.person.xyz) / f32(weight), weight > 0),
    select(all, vec3f(window.sum.all.xyz - window.sum.person.xyz) / f32(rest), rest > 0),
  );
}

// The colours that fit a window, regularised towards others.
fn fitted(window: Window, held: Pair) -> Pair {
  let unit = f32(window.unit);
  let alphas = window.sum.person.w;
  let squares = window.sum.all.w;
  let p = f32(squares) / unit + HOLD;
  let q = f32(window.unit - 2 * alphas + squares) / unit + HOLD;
  let o = f32(alphas - squares) / unit;
  let x = vec3f(window.sum.person.xyz) / unit + HOLD * held.person;
  let y = vec3f(window.sum.all.xyz - window.sum.person.xyz) / unit + HOLD * held.background;
  let determinant = p * q - o * o;
  return Pair((q * x - o * y) / determinant, (p * y - o * x) / determinant);
}

@group(0) @binding(2) var<storage, read> rows: array<Cell>;
// For each cell the person's colour and the openness, then the camera background's colour.
@group(0) @binding(3) var<storage, read_write> colors: array<vec4f>;

@compute @workgroup_size(8, 8)
fn solve(@builtin(global_invocation_id) id: vec3u) {
  let grid = gridSize();
  let cell = vec2i(id.xy);
  if (any(cell >= grid)) { return; }
  var far = Window();
  for (var y = max(0, cell.y - RADIUS); y <= min(grid.y - 1, cell.y + RADIUS); y++) {
    let row = rows[y * grid.x + cell.x];
    far.sum.person += row.person;
    far.sum.all += row.all;
    far.unit += UNIT * (min(grid.x - 1, cell.x + RADIUS) - max(0, cell.x - RADIUS) + 1);
  }
  var near = Window();
  for (var y = max(0, cell.y - 1); y <= min(grid.y - 1, cell.y + 1); y++) {
    for (var x = max(0, cell.x - 1); x <= min(grid.x - 1, cell.x + 1); x++) {
      let other = cells[y * grid.x + x];
      near.sum.person += other.person;
      near.sum.all += other.all;
      near.unit += UNIT;
    }
  }
  let found = fitted(near, fitted(far, means(far)));
  let openness = f32(far.unit - far.sum.person.w) / f32(far.unit);
  let index = 2 * (cell.y * grid.x + cell.x);
  colors[index] = vec4f(saturate(found.person), openness);
  colors[index + 1] = vec4f(saturate(found.background), 0);
}
