// The samples for the colour statistics of person and background: a word each of Y, U, V and weight, first all of the person, then
// all of the background.
override ACROSS: u32;
override DOWN: u32;

@group(0) @binding(1) var source: texture_2d<f32>;
@group(0) @binding(2) var matte: texture_2d<f32>;
@group(0) @binding(3) var background: texture_2d<f32>;
@group(0) @binding(4) var<storage, read_write> samples: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= ACROSS * DOWN) { return; }
  // The pixel in the middle of each part of the frame.
  let point = vec2u(id.x % ACROSS, id.x / ACROSS);
  let pixel = (2 * point + 1) * textureDimensions(source) / (2 * vec2u(ACROSS, DOWN));
  samples[id.x] = pack4x8unorm(vec4f(textureLoad(source, pixel, 0).xyz, textureLoad(matte, pixel, 0).r));
  samples[ACROSS * DOWN + id.x] = pack4x8unorm(vec4f(textureLoad(background, pixel, 0).xyz, 1));
}
