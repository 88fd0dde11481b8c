// A frame texture as the colours of a canvas, premultiplied.
override Y_SCALE: f32;
override Y_OFFSET: f32;
override RV: f32;
override GU: f32;
override GV: f32;
override BU: f32;

@group(0) @binding(1) var frame: texture_2d<f32>;

// One triangle that covers the canvas.
@vertex
fn corner(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
  return vec4f(f32(index & 1) * 4 - 1, f32(index >> 1) * 4 - 1, 0, 1);
}

@fragment
fn color(@builtin(position) at: vec4f) -> @location(0) vec4f {
  let pixel = textureLoad(frame, vec2u(at.xy), 0);
  let luma = Y_SCALE * (255 * pixel.r - Y_OFFSET);
  let u = 255 * pixel.g - 128;
  let v = 255 * pixel.b - 128;
  let rgb = vec3f(luma + RV * v, luma + GU * u + GV * v, luma + BU * u);
  return vec4f(clamp(rgb, vec3f(0), vec3f(1)) * pixel.a, pixel.a);
}
