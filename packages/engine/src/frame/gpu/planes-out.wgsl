// A frame texture as planes of bytes, four to a word: Y, U, V and, with HAS_ALPHA, alpha. Chroma samples are the rounded means of 2x2
// pixels; the last column or row counts twice if the width or height is odd.
override HAS_ALPHA: bool = false;

@group(0) @binding(1) var frame: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> planes: array<u32>;

// Words in a row of luma and of chroma.
fn strides(size: vec2u) -> vec2u {
  return vec2u((size.x + 3) / 4, ((size.x + 1) / 2 + 3) / 4);
}

@compute @workgroup_size(8, 8)
fn luma(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  let stride = strides(size);
  if (id.x >= stride.x || id.y >= size.y) { return; }
  var ys = vec4f(0);
  var alphas = vec4f(0);
  for (var i = 0u; i < 4; i++) {
    let pixel = textureLoad(frame, vec2u(min(4 * id.x + i, size.x - 1), id.y), 0);
    ys[i] = pixel.r;
    alphas[i] = pixel.a;
  }
  let word = id.y * stride.x + id.x;
  planes[word] = pack4x8unorm(ys);
  if (HAS_ALPHA) { planes[size.y * stride.x + 2 * ((size.y + 1) / 2) * stride.y + word] = pack4x8unorm(alphas); }
}

// Integers, so that halves are rounded up as everywhere.
fn bytes(at: vec2u) -> vec2u {
  return vec2u(floor(255 * textureLoad(frame, at, 0).gb + 0.5));
}

@compute @workgroup_size(8, 8)
fn chroma(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  let stride = strides(size);
  let rows = (size.y + 1) / 2;
  if (id.x >= stride.y || id.y >= rows) { return; }
  var us = 0u;
  var vs = 0u;
  for (var i = 0u; i < 4; i++) {
    let first = min(vec2u(2 * (4 * id.x + i), 2 * id.y), size - 1);
    let second = min(first + 1, size - 1);
    let sum = bytes(first) + bytes(vec2u(second.x, first.y)) + bytes(vec2u(first.x, second.y)) + bytes(second);
    let mean = (sum + 2) / 4;
    us |= mean.x << (8 * i);
    vs |= mean.y << (8 * i);
  }
  let word = size.y * stride.x + id.y * stride.y + id.x;
  planes[word] = us;
  planes[word + rows * stride.y] = vs;
}
