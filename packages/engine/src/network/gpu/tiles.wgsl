// A part of a network. A workgroup has a tile of the maps and takes step after step: each makes a map's values there, of what steps before it
// have left in the workgroup's memory and of what earlier dispatches have written to the buffer of maps.

const THREADS = 64u;
// How many blocks of four channels fit into the workgroup's memory; in the first ones, a value is added up by several threads.
const SLOTS = 512u;
// The place of what is not kept.
const NOWHERE = 0xffffffffu;

// Operations. Windows lie on maps in the buffer; on the network's input, only convolutions' do.
const LOAD = 0u;
const LOAD_IMAGE = 1u;
const POINTWISE = 2u;
const WINDOWS = 3u;
const IMAGE_WINDOWS = 4u;
const DEPTHWISE = 5u;
const RESIZE = 6u;
const MEAN = 7u;
const PIECE = 8u;

// Where values are read: maps in the buffer, the workgroup's memory, constants among the weights.
const MAPS = 0u;
const WORKGROUP = 1u;

// Activations.
const RELU = 1u;
const RELU6 = 2u;
const HARD_SWISH = 3u;
const SIGMOID = 4u;

// What a second operand does.
const ADD = 1u;
const MULTIPLY = 2u;

struct Parameters {
  // Which steps are taken: the first, and the one after the last.
  first: f32,
  end: f32,
  // A tile, in pixels.
  tileRows: f32,
  tileColumns: f32,
}

struct Step {
  operation: u32,
  // 1 if only the first tile takes it.
  isOnce: u32,
  // The map that is made. A block is four channels.
  height: u32,
  width: u32,
  blocks: u32,
  // Its region: the tile's first pixel times a scale, plus an offset. A scale of 0 makes one vector for all tiles.
  scaleY: u32,
  scaleX: u32,
  offsetY: i32,
  offsetX: i32,
  rows: u32,
  columns: u32,
  // What it is made of: where that is and begins, its blocks from one pixel to the next (0 for a vector), and its size.
  place: u32,
  source: u32,
  sourceStep: u32,
  sourceHeight: u32,
  sourceWidth: u32,
  sourceBlocks: u32,
  sourceChannels: u32,
  // A bias for each block, then the weights; nowhere if there are none.
  weights: u32,
  sizeY: u32,
  sizeX: u32,
  strideY: u32,
  strideX: u32,
  dilationY: u32,
  dilationX: u32,
  paddingY: u32,
  paddingX: u32,
  // Resizing: from a pixel to its place in the source.
  factorY: f32,
  factorX: f32,
  shift: f32,
  // The first channel of a piece.
  firstChannel: u32,
  // A mean: of how many sums, and what their sum is multiplied by.
  count: u32,
  factor: f32,
  // How many threads add up one value.
  lanes: u32,
  activation: u32,
  // A second operand, which comes after the activation, and the activation after that.
  combination: u32,
  operandPlace: u32,
  operand: u32,
  operandStep: u32,
  lastActivation: u32,
  // Where the values go. A pixel becomes a block of pixels in the map if it is spread.
  slot: u32,
  map: u32,
  sums: u32,
  output: u32,
  outputChannels: u32,
  spreadY: u32,
  spreadX: u32,
  spreadBlocks: u32,
}

// Whether weights and maps are half floats.
override HALF_WEIGHTS: bool;
override HALF_MAPS: bool;

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> steps: array<Step>;
@group(0) @binding(2) var<storage, read> weights: array<vec2u>;
@group(0) @binding(3) var<storage, read> image: array<f32>;
@group(0) @binding(4) var<storage, read_write> maps: array<vec2u>;
@group(0) @binding(5) var<storage, read_write> sums: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> results: array<f32>;

var<workgroup> slots: array<vec4f, SLOTS>;

fn weight(block: u32) -> vec4f {
  if (HALF_WEIGHTS) {
    let halves = weights[block];
    return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
  }
  return bitcast<vec4f>(vec4u(weights[2u * block], weights[2u * block + 1u]));
}

fn map_value(block: u32) -> vec4f {
  if (HALF_MAPS) {
    let halves = maps[block];
    return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
  }
  return bitcast<vec4f>(vec4u(maps[2u * block], maps[2u * block + 1u]));
}

fn write_map(block: u32, value: vec4f) {
  if (HALF_MAPS) {
    maps[block] = vec2u(pack2x16float(value.xy), pack2x16float(value.zw));
  } else {
    let bits = bitcast<vec4u>(value);
    maps[2u * block] = bits.xy;
    maps[2u * block + 1u] = bits.zw;
  }
}

fn activated(value: vec4f, activation: u32) -> vec4f {
  switch (activation) {
    case RELU: { return max(value, vec4f()); }
    case RELU6: { return clamp(value, vec4f(), vec4f(6.0)); }
    case HARD_SWISH: { return value * clamp(value + 3.0, vec4f(), vec4f(6.0)) / 6.0; }
    case SIGMOID: { return 1.0 / (1.0 + exp(-value)); }
    default: { return value; }
  }
}

// A block of an operand; `cell` is the pixel's number in the region, `pixel` that in the map.
fn value_at(place: u32, begin: u32, stride: u32, cell: u32, pixel: u32, block: u32) -> vec4f {
  switch (place) {
    case MAPS: { return map_value(begin + pixel * stride + block); }
    case WORKGROUP: { return slots[begin + cell * stride + block]; }
    default: { return weight(begin + block); }
  }
}

// Four weights for each of a block's inputs.
fn product(inputs: vec4f, first: u32, blocks: u32) -> vec4f {
  return inputs.x * weight(first) + inputs.y * weight(first + blocks)
    + inputs.z * weight(first + 2u * blocks) + inputs.w * weight(first + 3u * blocks);
}

fn pointwise(step: Step, cell: u32, block: u32, lane: u32) -> vec4f {
  let blocks = step.blocks;
  let inputs = step.sourceBlocks;
  let lanes = step.lanes;
  let first = step.source + cell * step.sourceStep;
  let first_weight = step.weights + blocks + block;
  var sum = vec4f();
  for (var i = lane; i < inputs; i += lanes) {
    sum += product(slots[first + i], first_weight + 4u * i * blocks, blocks);
  }
  return sum;
}

// The place in the source of a window's tap. Negative ones are large, as they are unsigned.
fn tapped(step: Step, at: vec2i, tap: vec2u) -> vec2u {
  let stride = vec2u(step.strideX, step.strideY);
  let dilation = vec2u(step.dilationX, step.dilationY);
  return vec2u(at) * stride + tap * dilation - vec2u(step.paddingX, step.paddingY);
}

fn is_in_source(step: Step, place: vec2u) -> bool {
  return place.x < step.sourceWidth && place.y < step.sourceHeight;
}

fn windows(step: Step, at: vec2i, block: u32) -> vec4f {
  let blocks = step.blocks;
  let inputs = step.sourceBlocks;
  let size = vec2u(step.sizeX, step.sizeY);
  var sum = vec4f();
  for (var tap = 0u; tap < size.x * size.y; tap++) {
    let place = tapped(step, at, vec2u(tap % size.x, tap / size.x));
    let end = select(0u, inputs, is_in_source(step, place));
    let first = step.source + (place.y * step.sourceWidth + place.x) * inputs;
    let first_weight = step.weights + blocks + 4u * tap * inputs * blocks + block;
    for (var i = 0u; i < end; i++) {
      sum += product(map_value(first + i), first_weight + 4u * i * blocks, blocks);
    }
  }
  return sum;
}

fn image_windows(step: Step, at: vec2i, block: u32) -> vec4f {
  let blocks = step.blocks;
  let channels = step.sourceChannels;
  let size = vec2u(step.sizeX, step.sizeY);
  var sum = vec4f();
  for (var tap = 0u; tap < size.x * size.y; tap++) {
    let place = tapped(step, at, vec2u(tap % size.x, tap / size.x));
    let end = select(0u, channels, is_in_source(step, place));
    let first = (place.y * step.sourceWidth + place.x) * channels;
    let first_weight = step.weights + blocks + 4u * tap * step.sourceBlocks * blocks + block;
    for (var i = 0u; i < end; i++) { sum += image[first + i] * weight(first_weight + i * blocks); }
  }
  return sum;
}

fn depthwise(step: Step, at: vec2i, block: u32) -> vec4f {
  let blocks = step.blocks;
  let size = vec2u(step.sizeX, step.sizeY);
  var sum = vec4f();
  for (var tap = 0u; tap < size.x * size.y; tap++) {
    let place = tapped(step, at, vec2u(tap % size.x, tap / size.x));
    if (is_in_source(step, place)) {
      let value = map_value(step.source + (place.y * step.sourceWidth + place.x) * blocks + block);
      sum += value * weight(step.weights + (1u + tap) * blocks + block);
    }
  }
  return sum;
}

fn resize(step: Step, at: vec2i, block: u32) -> vec4f {
  let last = vec2u(step.sourceWidth, step.sourceHeight) - 1u;
  let exact = (vec2f(at) + step.shift) * vec2f(step.factorX, step.factorY) - step.shift;
  let near = min(vec2u(max(exact, vec2f())), last);
  let share = max(exact - vec2f(near), vec2f());
  var sum = vec4f();
  for (var corner = 0u; corner < 4u; corner++) {
    let offset = vec2u(corner % 2u, corner / 2u);
    let place = min(near + offset, last);
    let shares = select(1.0 - share, share, offset == vec2u(1u));
    let value = map_value(step.source + (place.y * step.sourceWidth + place.x) * step.blocks + block);
    sum += shares.x * shares.y * value;
  }
  return sum;
}

// Of the sums that tiles have left.
fn mean(step: Step, block: u32, lane: u32) -> vec4f {
  var sum = vec4f();
  for (var i = lane; i < step.count; i += step.lanes) {
    sum += sums[step.source + i * step.blocks + block];
  }
  return sum * step.factor;
}

fn source_value(step: Step, cell: u32, pixel: u32, block: u32) -> vec4f {
  return value_at(step.place, step.source, step.sourceStep, cell, pixel, block);
}

// The channels of a block that belong to one piece of a concatenation; the others are 0.
fn piece(step: Step, cell: u32, pixel: u32, block: u32) -> vec4f {
  var value = vec4f();
  for (var i = 0u; i < 4u; i++) {
    let channel = 4u * block + i - step.firstChannel;
    if (channel < step.sourceChannels) { value[i] = source_value(step, cell, pixel, channel / 4u)[channel % 4u]; }
  }
  return value;
}

fn load_image(step: Step, pixel: u32, block: u32) -> vec4f {
  let channels = step.sourceChannels;
  var value = vec4f();
  for (var i = 0u; i < min(4u, channels - 4u * block); i++) { value[i] = image[pixel * channels + 4u * block + i]; }
  return value;
}

// The place in its map of a pixel of a region.
fn pixel_of(step: Step, tile: vec2u, cell: u32) -> vec2i {
  let begin = vec2i(tile * vec2u(step.scaleX, step.scaleY)) + vec2i(step.offsetX, step.offsetY);
  return begin + vec2i(vec2u(cell % step.columns, cell / step.columns));
}

fn is_inside(step: Step, at: vec2i) -> bool {
  return all(at >= vec2i()) && all(at < vec2i(vec2u(step.width, step.height)));
}

// Whether no other tile has the pixel, too, or should write it.
fn is_owned(step: Step, tile: vec2u, at: vec2i) -> bool {
  let scale = vec2u(step.scaleX, step.scaleY);
  let begin = vec2i(tile * scale);
  let size = vec2i(vec2u(u32(parameters.tileColumns), u32(parameters.tileRows)) * scale);
  return all(scale == vec2u()) || (all(at >= begin) && all(at < begin + size));
}

// A value, or what one thread of several adds to it.
fn computed(step: Step, tile: vec2u, cell: u32, block: u32, lane: u32) -> vec4f {
  let at = pixel_of(step, tile, cell);
  if (!is_inside(step, at)) { return vec4f(); }
  let pixel = u32(at.y) * step.width + u32(at.x);
  var bias = vec4f();
  if (step.weights != NOWHERE && lane == 0u) { bias = weight(step.weights + block); }
  switch (step.operation) {
    case LOAD: { return source_value(step, cell, pixel, block); }
    case LOAD_IMAGE: { return load_image(step, pixel, block); }
    case POINTWISE: { return bias + pointwise(step, cell, block, lane); }
    case WINDOWS: { return bias + windows(step, at, block); }
    case IMAGE_WINDOWS: { return bias + image_windows(step, at, block); }
    case DEPTHWISE: { return bias + depthwise(step, at, block); }
    case RESIZE: { return resize(step, at, block); }
    case MEAN: { return mean(step, block, lane); }
    default: { return piece(step, cell, pixel, block); }
  }
}

// What follows the sum, and where the value goes.
fn finish(step: Step, tile: vec2u, cell: u32, block: u32, sum: vec4f) {
  let at = pixel_of(step, tile, cell);
  if (!is_inside(step, at)) { return; }
  let pixel = u32(at.y) * step.width + u32(at.x);
  var value = activated(sum, step.activation);
  if (step.combination != 0u) {
    let operand = value_at(
      step.operandPlace, step.operand, step.operandStep, cell, pixel, block,
    );
    if (step.combination == ADD) { value += operand; } else { value *= operand; }
    value = activated(value, step.lastActivation);
  }
  if (step.slot != NOWHERE) { slots[step.slot + cell * step.blocks + block] = value; }
  if (!is_owned(step, tile, at)) { return; }
  if (step.map != NOWHERE) {
    let spread = spread_pixel(step, at, block / step.spreadBlocks);
    write_map(step.map + spread * step.spreadBlocks + block % step.spreadBlocks, value);
  }
  if (step.output != NOWHERE) {
    let channels = step.outputChannels;
    for (var i = 0u; i < 4u; i++) {
      let number = 4u * block + i;
      if (number < channels * step.spreadY * step.spreadX) {
        results[step.output + spread_pixel(step, at, number / channels) * channels + number % channels] = value[i];
      }
    }
  }
}

// A pixel of the block of pixels that one becomes.
fn spread_pixel(step: Step, at: vec2i, index: u32) -> u32 {
  let spread = vec2u(step.spreadX, step.spreadY);
  let place = vec2u(at) * spread + vec2u(index % spread.x, index / spread.x);
  return place.y * step.width * spread.x + place.x;
}

// Leaves the sums of the tile's pixels.
fn add_up(step: Step, tile: vec2u, group: u32, thread: u32) {
  let blocks = step.blocks;
  let cells = step.rows * step.columns;
  let lanes = max(1u, THREADS / blocks);
  for (var j = thread; j < blocks * lanes; j += THREADS) {
    let block = j % blocks;
    var sum = vec4f();
    for (var cell = j / blocks; cell < cells; cell += lanes) {
      let at = pixel_of(step, tile, cell);
      if (is_inside(step, at) && is_owned(step, tile, at)) { sum += slots[step.slot + cell * blocks + block]; }
    }
    if (lanes == 1u) { sums[step.sums + group * blocks + block] = sum; } else { slots[j] = sum; }
  }
  workgroupBarrier();
  if (lanes > 1u && thread < blocks) {
    var sum = vec4f();
    for (var lane = 0u; lane < lanes; lane++) { sum += slots[lane * blocks + thread]; }
    sums[step.sums + group * blocks + thread] = sum;
  }
  workgroupBarrier();
}

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let tile = group.xy * vec2u(u32(parameters.tileColumns), u32(parameters.tileRows));
  for (var s = u32(parameters.first); s < u32(parameters.end); s++) {
    let step = steps[s];
    if (step.isOnce == 0u || all(group.xy == vec2u())) {
      let blocks = step.blocks;
      let values = step.rows * step.columns * blocks;
      let lanes = step.lanes;
      for (var first = 0u; first < values * lanes; first += THREADS) {
        let number = first + thread;
        let i = number % values;
        var value = vec4f();
        if (number < values * lanes) { value = computed(step, tile, i / blocks, i % blocks, number / values); }
        if (lanes > 1u) {
          // There are no more than the threads: this is the only round.
          slots[thread] = value;
          workgroupBarrier();
          value = vec4f();
          for (var lane = 0u; lane < lanes; lane++) { value += slots[lane * values + i]; }
        }
        if (number < values) { finish(step, tile, i / blocks, i % blocks, value); }
      }
      workgroupBarrier();
      if (step.sums != NOWHERE) { add_up(step, tile, group.y * groups.x + group.x, thread); }
    }
  }
}
