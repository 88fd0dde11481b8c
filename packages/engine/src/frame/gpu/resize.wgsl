// A part of a texture, rotated and resized into a part of another texture: `resize` of kernels/resample.reference.ts.
struct Parameters {
  // The part, in pixels of the rotated source: x, y, width, height. May be fractional.
  part: vec4f,
  // Its destination, in pixels of the target.
  destination: vec4f,
  flipX: f32,
  flipY: f32,
}

// The pixels that a sample of chroma (green and blue) spans in each direction: 2 where source and target have one for 2x2 pixels.
override CHROMA: f32 = 1;
// Degrees clockwise by which the source is rotated first.
override TURN: u32 = 0;
// Whether the target is filled with copies, side by side.
override REPEATS: bool = false;
// The colour of the target outside of the destination.
override OUTSIDE_Y: f32 = 0;
override OUTSIDE_U: f32 = 0;
override OUTSIDE_V: f32 = 0;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var source: texture_2d<f32>;
@group(0) @binding(2) var resized: texture_storage_2d<rgba8unorm, write>;

const EMPTY = 1e-6;

fn turnedSize() -> vec2f {
  let size = vec2f(textureDimensions(source));
  return select(size, size.yx, TURN == 90 || TURN == 270);
}

fn turned(at: vec2i) -> vec4f {
  let last = vec2i(textureDimensions(source)) - 1;
  switch TURN {
    case 90: { return textureLoad(source, vec2(at.y, last.y - at.x), 0); }
    case 180: { return textureLoad(source, last - at, 0); }
    case 270: { return textureLoad(source, vec2(last.x - at.y, at.x), 0); }
    default: { return textureLoad(source, at, 0); }
  }
}

// The ends of a box.
//
// span: The pixels that a sample spans.
fn boxAround(index: f32, count: f32, origin: f32, length: f32, planeLength: f32, span: f32) -> vec2f {
  let scale = length / count;
  let half = span * max(1, scale) / 2;
  let low = clamp(origin, 0, planeLength);
  let high = clamp(origin + length, 0, planeLength);
  let centre = origin + (floor(index / span) + 0.5) * span * scale;
  let ends = clamp(vec2f(centre - half, centre + half), vec2f(low), vec2f(high));
  let nearest = clamp(floor(ends.x), 0, planeLength - 1);
  return select(ends, vec2f(nearest, nearest + 1), ends.y - ends.x < EMPTY);
}

// The fraction of a pixel that lies in a box.
fn within(box: vec2f, pixel: f32) -> f32 {
  return max(0, min(box.y, pixel + 1) - max(box.x, pixel));
}

fn resample(index: vec2f) -> vec4f {
  let size = turnedSize();
  let origin = parameters.part.xy;
  let length = parameters.part.zw;
  let count = parameters.destination.zw;
  let across = boxAround(index.x, count.x, origin.x, length.x, size.x, 1);
  let down = boxAround(index.y, count.y, origin.y, length.y, size.y, 1);
  let chromaAcross = boxAround(index.x, count.x, origin.x, length.x, size.x, CHROMA);
  let chromaDown = boxAround(index.y, count.y, origin.y, length.y, size.y, CHROMA);
  let first = floor(min(vec2f(across.x, down.x), vec2f(chromaAcross.x, chromaDown.x)));
  let end = max(vec2f(across.y, down.y), vec2f(chromaAcross.y, chromaDown.y));
  var sum = vec4f(0);
  for (var y = first.y; y < end.y; y += 1) {
    let row = vec2f(within(down, y), within(chromaDown, y));
    for (var x = first.x; x < end.x; x += 1) {
      let weight = row * vec2f(within(across, x), within(chromaAcross, x));
      sum += weight.xyyx * turned(vec2i(vec2f(x, y)));
    }
  }
  let area = vec2f(across.y - across.x, chromaAcross.y - chromaAcross.x) * vec2f(down.y - down.x, chromaDown.y - chromaDown.x);
  return sum / area.xyyx;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (any(id.xy >= textureDimensions(resized))) { return; }
  let count = parameters.destination.zw;
  var index = vec2f(id.xy) - parameters.destination.xy;
  if (REPEATS) { index -= count * floor(index / count); }
  if (any(index < vec2f(0)) || any(index >= count)) {
    textureStore(resized, id.xy, vec4f(vec3f(OUTSIDE_Y, OUTSIDE_U, OUTSIDE_V) / 255, 1));
    return;
  }
  index = select(index, count - 1 - index, vec2(parameters.flipX, parameters.flipY) > vec2f(0));
  textureStore(resized, id.xy, floor(255 * resample(index) + 0.5) / 255);
}
