// Matches the filtered guide to the exposure of the new one: the fit of `matchExposure` in kernels/motion.reference.ts. One workgroup
// each for Y, U and V. Each round computes the means first and then the moments around them: floats are not precise enough for
// moments around 0.
struct Parameters {
  cells: f32,
}

const THREADS = 256u;
const SAMPLES = 1024u;
const ROUNDS = 4;
const SCALE = 4.0;
const RIDGE = 4.0;
const MAX_GAIN_CHANGE = 0.25;
const MAX_SHIFT = 24.0;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> guide: array<vec4f>;
@group(0) @binding(2) var<storage, read> reference: array<vec4f>;
// Gain and offset.
@group(0) @binding(3) var<storage, read_write> exposures: array<vec2f>;

var<workgroup> sums: array<vec3f, THREADS>;

// The sum over all threads.
fn total(thread: u32, value: vec3f) -> vec3f {
  sums[thread] = value;
  workgroupBarrier();
  for (var count = THREADS / 2u; count > 0u; count /= 2u) {
    if (thread < count) { sums[thread] += sums[thread + count]; }
    workgroupBarrier();
  }
  let all = sums[0];
  workgroupBarrier();
  return all;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let channel = group.x;
  let centre = select(128.0, 0.0, channel == 0u);
  let cells = u32(parameters.cells);
  let stride = (cells / SAMPLES) | 1u;
  var gain = 1.0;
  var offset = 0.0;
  var mean = vec2f(0.0);
  for (var round = 0; round < ROUNDS; round++) {
    var first = vec3f(0.0);
    for (var i = thread * stride; i < cells; i += THREADS * stride) {
      let sample = vec2f(reference[i][channel], guide[i][channel]) - centre;
      first += weight(sample, gain, offset) * vec3f(1.0, sample);
    }
    let firsts = total(thread, first);
    mean = firsts.yz / firsts.x;
    var second = vec2f(0.0);
    for (var i = thread * stride; i < cells; i += THREADS * stride) {
      let sample = vec2f(reference[i][channel], guide[i][channel]) - centre;
      let apart = sample - mean;
      second += weight(sample, gain, offset) * apart.x * apart;
    }
    let moments = total(thread, vec3f(second, 0.0)).xy / firsts.x;
    gain = (moments.y + RIDGE) / (moments.x + RIDGE);
    offset = mean.y - gain * mean.x;
  }
  if (thread > 0u) { return; }
  let is_plausible = abs(gain - 1.0) <= MAX_GAIN_CHANGE && abs((gain - 1.0) * mean.x + offset) <= MAX_SHIFT;
  exposures[channel] = select(vec2f(1.0, 0.0), vec2f(gain, centre + offset - gain * centre), is_plausible);
}

// The weight of a pair of samples, by its distance from the fit so far.
fn weight(sample: vec2f, gain: f32, offset: f32) -> f32 {
  let residual = (sample.y - gain * sample.x - offset) / SCALE;
  let root = 1.0 + residual * residual;
  return 1.0 / (root * root);
}
