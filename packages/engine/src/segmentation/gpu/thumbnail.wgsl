// A region of a frame at another size, by a box filter: `thumbnail` of kernels/resample.reference.ts, for Y, U and V at once.
// The box is that of luma: a frame on the GPU has chroma for each of its pixels.
struct Parameters {
  x: f32,
  y: f32,
  width: f32,
  height: f32,
  targetWidth: f32,
  targetHeight: f32,
}

// The source samples of one target sample in one direction, and where its box begins and ends.
struct Taps {
  first: i32,
  end: i32,
  low: f32,
  high: f32,
}

// Boxes smaller than this contain no samples: the nearest one is used.
const EMPTY = 1e-6;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var frame: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> guide: array<vec4f>;

fn taps(index: u32, count: f32, origin: f32, length: f32, plane_length: f32) -> Taps {
  let scale = length / count;
  let half_box = 0.5 * max(1.0, scale);
  let least = clamp(origin, 0.0, plane_length);
  let most = clamp(origin + length, 0.0, plane_length);
  let centre = origin + (f32(index) + 0.5) * scale;
  let low = clamp(centre - half_box, least, most);
  let high = clamp(centre + half_box, least, most);
  let first = floor(low);
  if (high - low < EMPTY) {
    let nearest = min(first, plane_length - 1.0);
    return Taps(i32(nearest), i32(nearest) + 1, nearest, nearest + 1.0);
  }
  return Taps(i32(first), i32(ceil(high)), low, high);
}

// How much of a sample lies in the box.
fn weight(sample: i32, box: Taps) -> f32 {
  return min(box.high, f32(sample + 1)) - max(box.low, f32(sample));
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let width = u32(parameters.targetWidth);
  if (id.x >= width || id.y >= u32(parameters.targetHeight)) { return; }
  let size = vec2f(textureDimensions(frame));
  let across = taps(id.x, parameters.targetWidth, parameters.x, parameters.width, size.x);
  let down = taps(id.y, parameters.targetHeight, parameters.y, parameters.height, size.y);
  var sum = vec3f(0.0);
  var weights = 0.0;
  for (var row = down.first; row < down.end; row++) {
    let row_weight = weight(row, down);
    for (var column = across.first; column < across.end; column++) {
      let share = row_weight * weight(column, across);
      sum += share * textureLoad(frame, vec2i(column, row), 0).rgb;
      weights += share;
    }
  }
  guide[id.y * width + id.x] = vec4f(255.0 * sum / weights, 0.0);
}
