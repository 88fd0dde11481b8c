// The guided filter's coefficients: `curve` and `halve` of kernels/confidence.reference.ts, then `coefficients` of
// kernels/guided.reference.ts; here they are for samples of 0..1.
override LOW: f32;
override HIGH: f32;
// STEP x STEP cells of the map become one.
override STEP: u32;
override RADIUS: i32;
override EPSILON: f32;
// Where the edge is taken from the map alone.
override CONTRAST_LOW: f32;
override CONTRAST_HIGH: f32;
override OUTER: f32;
override INNER: f32;

// The least p (1 - p) that a contrast is divided by.
const LEAST_SPREAD = 1e-3;

struct Parameters {
  // Of the map, in cells.
  width: f32,
  height: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;

fn gridSize() -> vec2u {
  return (vec2u(u32(parameters.width), u32(parameters.height)) + STEP - 1) / STEP;
}

@group(0) @binding(1) var<storage, read> map: array<f32>;
@group(0) @binding(2) var<storage, read> guide: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> cells: array<vec4f>;

fn cellOf(x: u32, y: u32) -> vec4f {
  let index = y * u32(parameters.width) + x;
  return vec4f(guide[index].xyz / 255, smoothstep(LOW, HIGH, map[index]));
}

// Guide and map in one vector a cell.
@compute @workgroup_size(8, 8)
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let size = gridSize();
  if (any(id.xy >= size)) { return; }
  let first = id.xy * STEP;
  let last = min(first + STEP - 1, vec2u(u32(parameters.width), u32(parameters.height)) - 1);
  cells[id.y * size.x + id.x] =
    (cellOf(first.x, first.y) + cellOf(last.x, first.y) + cellOf(first.x, last.y) + cellOf(last.x, last.y)) / 4;
}

@group(0) @binding(1) var<storage, read> source: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> result: array<vec4f>;

// The coefficients that fit each window. Relative to the colours in the middle, the products are small, and so are the errors of
// their sums. The matrix is symmetric and positive definite: L D L^T, as in the CPU backend.
@compute @workgroup_size(8, 8)
fn fit(@builtin(global_invocation_id) id: vec3u) {
  let size = gridSize();
  if (any(id.xy >= size)) { return; }
  let middle = source[id.y * size.x + id.x];
  let first = vec2u(max(vec2i(id.xy) - RADIUS, vec2i()));
  let last = min(id.xy + u32(RADIUS), size - 1);
  var sum = vec4f();
  var sumY = vec4f();
  var sumU = vec3f();
  var sumV = vec2f();
  for (var y = first.y; y <= last.y; y++) {
    for (var x = first.x; x <= last.x; x++) {
      let cell = source[y * size.x + x] - middle;
      sum += cell;
      sumY += cell.x * cell;
      sumU += cell.y * cell.yzw;
      sumV += cell.z * cell.zw;
    }
  }
  let window = last - first + 1;
  let count = f32(window.x * window.y);
  let mean = sum / count;
  let y = sumY / count - mean.x * mean; // with Y, U, V and p
  let u = sumU / count - mean.y * mean.yzw; // with U, V and p
  let v = sumV / count - mean.z * mean.zw; // with V and p

  // The diagonal of D is at least epsilon, but for rounding.
  let d1 = max(EPSILON, y.x + EPSILON);
  let l21 = y.y / d1;
  let l31 = y.z / d1;
  let d2 = max(EPSILON, u.x + EPSILON - l21 * y.y);
  let e2 = u.y - l21 * y.z;
  let l32 = e2 / d2;
  let d3 = max(EPSILON, v.x + EPSILON - l31 * y.z - l32 * e2);
  let z2 = u.z - l21 * y.w;
  let z3 = v.y - l31 * y.w - l32 * z2;
  let aV = z3 / d3;
  let aU = z2 / d2 - l32 * aV;
  let aY = y.w / d1 - l21 * aU - l31 * aV;
  let p = mean.w + middle.w;
  let contrast = length(vec3f(y.w, u.z, v.y)) / max(LEAST_SPREAD, p * (1 - p));
  let trust = smoothstep(CONTRAST_LOW, CONTRAST_HIGH, contrast);
  let a = trust * vec3f(aY, aU, aV);
  let constant = mix(smoothstep(OUTER, INNER, p), p, trust);
  result[id.y * size.x + id.x] = vec4f(a, constant - dot(a, mean.xyz + middle.xyz));
}

// The mean of the coefficients of all windows that a cell lies in.
@compute @workgroup_size(8, 8)
fn average(@builtin(global_invocation_id) id: vec3u) {
  let size = gridSize();
  if (any(id.xy >= size)) { return; }
  let first = vec2u(max(vec2i(id.xy) - RADIUS, vec2i()));
  let last = min(id.xy + u32(RADIUS), size - 1);
  var sum = vec4f();
  for (var y = first.y; y <= last.y; y++) {
    for (var x = first.x; x <= last.x; x++) { sum += source[y * size.x + x]; }
  }
  let window = last - first + 1;
  result[id.y * size.x + id.x] = sum / f32(window.x * window.y);
}
