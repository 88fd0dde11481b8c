// The planes of I420 and NV12 as a frame texture, each pixel with the nearest chroma; converted to another colour space where the
// coefficients say so: `recolor` of kernels/convert.reference.ts.
struct Parameters {
  flipX: f32,
  flipY: f32,
}

override YY: f32 = 1;
override YU: f32 = 0;
override YV: f32 = 0;
override Y0: f32 = 0;
override UU: f32 = 1;
override UV: f32 = 0;
override U0: f32 = 0;
override VU: f32 = 0;
override VV: f32 = 1;
override V0: f32 = 0;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var frame: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(2) var luma: texture_2d<f32>;
// U; U and V for NV12.
@group(0) @binding(3) var chroma: texture_2d<f32>;
@group(0) @binding(4) var chromaV: texture_2d<f32>;

fn store(at: vec2u, size: vec2u, y: f32, uv: vec2f) {
  let color = vec3f(
    dot(vec3f(YY, YU, YV), 255 * vec3f(y, uv)) + Y0,
    dot(vec2f(UU, UV), 255 * uv) + U0,
    dot(vec2f(VU, VV), 255 * uv) + V0,
  );
  let flipped = select(at, size - 1 - at, vec2(parameters.flipX, parameters.flipY) > vec2f(0));
  textureStore(frame, flipped, vec4f(clamp(floor(color + 0.5), vec3f(0), vec3f(255)) / 255, 1));
}

@compute @workgroup_size(8, 8)
fn i420(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  if (any(id.xy >= size)) { return; }
  let uv = vec2f(textureLoad(chroma, id.xy / 2, 0).r, textureLoad(chromaV, id.xy / 2, 0).r);
  store(id.xy, size, textureLoad(luma, id.xy, 0).r, uv);
}

@compute @workgroup_size(8, 8)
fn nv12(@builtin(global_invocation_id) id: vec3u) {
  let size = textureDimensions(frame);
  if (any(id.xy >= size)) { return; }
  store(id.xy, size, textureLoad(luma, id.xy, 0).r, textureLoad(chroma, id.xy / 2, 0).rg);
}
