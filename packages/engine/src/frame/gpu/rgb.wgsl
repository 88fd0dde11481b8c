// RGB over black as a frame texture: `rgbaToI420` of kernels/convert.reference.ts, but with chroma for
// each pixel.
struct Parameters {
  flipX: f32,
  flipY: f32,
}

override Y_OFFSET: f32;
override YR: f32;
override YG: f32;
override YB: f32;
override UR: f32;
override UG: f32;
override UB: f32;
override VR: f32;
override VG: f32;
override VB: f32;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var frame: texture_storage_2d<rgba8unorm, write>;
// One of the two, depending on the entry point.
@group(0) @binding(2) var pixels: texture_2d<f32>;
@group(0) @binding(2) var outside: texture_external;

fn store(at: vec2u, size: vec2u, pixel: vec4f) {
  let rgb = 255 * pixel.a * pixel.rgb;
  let color = vec3f(
    dot(vec3f(YR, YG, YB), rgb) + Y_OFFSET,
    dot(vec3f(UR, UG, UB), rgb) + 128,
    dot(vec3f(VR, VG, VB), rgb) + 128,
  );
  let flipped = select(at, size - 1 - at, vec2(parameters.flipX, parameters.flipY) > vec2f(0));
  textureStore(frame, flipped, vec4f(clamp(floor(color + 0.5), vec3f(0), vec3f(255)) / 255, 1));
}

// An uploaded texture.
@compute @workgroup_size(8, 8)
fn own(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  if (any(id.xy >= size)) { return; }
  store(id.xy, size, textureLoad(pixels, id.xy, 0));
}

// An external texture of a browser's video, which gives RGB.
@compute @workgroup_size(8, 8)
fn borrowed(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  if (any(id.xy >= size)) { return; }
  store(id.xy, size, vec4f(textureLoad(outside, id.xy).rgb, 1));
}
