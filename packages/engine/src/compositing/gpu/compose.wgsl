// The person over the background: kernels/compose.reference.ts, for samples of 0..1. Chroma has a sample for each pixel here, but it
// comes from and becomes one for 2x2 pixels: its colours are unmixed with the mean alpha of all four, as there.
override CELL: f32;

struct Parameters {
  // Of Y, U and V of the person.
  gain: vec4f,
  offset: vec4f,
  hasColors: f32,
  hasLight: f32,
  isStraight: f32,
}
@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var source: texture_2d<f32>;
@group(0) @binding(2) var matte: texture_2d<f32>;
@group(0) @binding(3) var backdrop: texture_2d<f32>;
// For each cell the colours of person and camera background.
@group(0) @binding(4) var<storage, read> colors: array<vec4f>;
// For each cell the colour of the light times its amount, and the amount.
@group(0) @binding(5) var<storage, read> light: array<vec4f>;
@group(0) @binding(6) var result: texture_storage_2d<rgba8unorm, write>;

// The four cells around a pixel, and the fractions between them.
struct Between {
  indices: vec4u,
  fraction: vec2f,
}

fn betweenCells(pixel: vec2u) -> Between {
  let grid = vec2i(ceil(vec2f(textureDimensions(source)) / CELL));
  let position = (vec2f(pixel) + 0.5) / CELL - 0.5;
  let first = vec2i(floor(position));
  let a = vec2u(clamp(first, vec2i(), grid - 1));
  let b = vec2u(clamp(first + 1, vec2i(), grid - 1));
  let rows = vec2u(a.y, b.y) * u32(grid.x);
  return Between(vec4u(rows.x + a.x, rows.x + b.x, rows.y + a.x, rows.y + b.x), position - floor(position));
}

fn mixed(a: vec4f, b: vec4f, c: vec4f, d: vec4f, fraction: vec2f) -> vec4f {
  return mix(mix(a, b, fraction.x), mix(c, d, fraction.x), fraction.y);
}

fn colorAt(between: Between, which: u32) -> vec3f {
  let i = 2 * between.indices + which;
  return mixed(colors[i.x], colors[i.y], colors[i.z], colors[i.w], between.fraction).xyz;
}

fn lightAt(between: Between) -> vec4f {
  let i = between.indices;
  return mixed(light[i.x], light[i.y], light[i.z], light[i.w], between.fraction);
}

// The rounded means of mixture and alpha over the 2x2 pixels that share chroma.
fn meansAround(pixel: vec2u) -> vec2f {
  let first = pixel / 2 * 2;
  var sum = vec2f();
  for (var corner = 0u; corner < 4; corner++) {
    let other = min(first + vec2u(corner & 1, corner >> 1), textureDimensions(matte) - 1);
    sum += textureLoad(matte, other, 0).rg;
  }
  return floor((round(255 * sum) + 2) / 4) / 255;
}

@compute @workgroup_size(16, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pixel = id.xy;
  if (any(pixel >= textureDimensions(source))) { return; }
  let here = textureLoad(matte, pixel, 0).rg;
  let around = meansAround(pixel);
  let alpha = vec3f(here.r, around.rr);
  let isStraight = parameters.isStraight > 0;
  let weight = select(here.ggg, ceil(vec3f(here.g, around.gg)), isStraight);
  var shown = textureLoad(backdrop, pixel, 0).xyz;
  if (any(weight > vec3f())) {
    let between = betweenCells(pixel);
    var color = textureLoad(source, pixel, 0).xyz;
    // Where alpha is 1, all of the colour is the person's.
    if (parameters.hasColors > 0 && any(alpha < vec3f(1))) {
      let person = colorAt(between, 0);
      color = saturate(person + alpha * (color - alpha * person - (1 - alpha) * colorAt(between, 1)));
    }
    color = saturate(parameters.gain.xyz * color + parameters.offset.xyz);
    if (parameters.hasLight > 0) {
      let shine = lightAt(between);
      color += shine.xyz - shine.w * color;
    }
    shown = mix(shown, color, weight);
  }
  textureStore(result, pixel, vec4f(floor(255 * shown + 0.5) / 255, select(1, here.g, isStraight)));
}
