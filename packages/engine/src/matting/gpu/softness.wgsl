// Alpha with softer edges than the mixture's: `soften` of kernels/soften.reference.ts. Sums along the rows, then down the columns;
// a thread computes two neighbouring pixels, whose sums share a word.
// How many pixels to each side are averaged.
override ACROSS: i32;
override DOWN: i32;

fn mixtureAt(mixture: texture_2d<f32>, x: i32, y: i32) -> u32 {
  return u32(textureLoad(mixture, vec2i(x, y), 0).r * 255 + 0.5);
}

@group(0) @binding(1) var mixture: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<u32>;

@compute @workgroup_size(16, 8)
fn across(@builtin(global_invocation_id) id: vec3u) {
  let size = vec2i(textureDimensions(mixture));
  let x = i32(id.x) * 2;
  let y = i32(id.y);
  if (x >= size.x || y >= size.y) { return; }
  var sum = 0u;
  for (var i = max(0, x - ACROSS); i <= min(size.x - 1, x + ACROSS); i++) { sum += mixtureAt(mixture, i, y); }
  var next = sum;
  if (x - ACROSS >= 0) { next -= mixtureAt(mixture, x - ACROSS, y); }
  if (x + 1 + ACROSS < size.x) { next += mixtureAt(mixture, x + 1 + ACROSS, y); }
  sums[y * ((size.x + 1) / 2) + i32(id.x)] = sum | (next << 16);
}

@group(0) @binding(3) var<storage, read> rows: array<u32>;
@group(0) @binding(4) var matte: texture_storage_2d<rgba8unorm, write>;

fn window(position: i32, reach: i32, length: i32) -> i32 {
  return min(length - 1, position + reach) - max(0, position - reach) + 1;
}

@compute @workgroup_size(16, 8)
fn down(@builtin(global_invocation_id) id: vec3u) {
  let size = vec2i(textureDimensions(mixture));
  let x = i32(id.x) * 2;
  let y = i32(id.y);
  if (x >= size.x || y >= size.y) { return; }
  var sum = vec2u();
  for (var j = max(0, y - DOWN); j <= min(size.y - 1, y + DOWN); j++) {
    let word = rows[j * ((size.x + 1) / 2) + i32(id.x)];
    sum += vec2u(word & 0xffff, word >> 16);
  }
  for (var i = 0; i < min(2, size.x - x); i++) {
    let count = u32(window(x + i, ACROSS, size.x) * window(y, DOWN, size.y));
    let alpha = f32((sum[i] + count / 2) / count) / 255;
    textureStore(matte, vec2i(x + i, y), vec4f(textureLoad(mixture, vec2i(x + i, y), 0).r, alpha, 0, 1));
  }
}
