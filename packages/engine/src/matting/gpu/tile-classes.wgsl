// Tile classification of a matte's alpha: `classifyTiles` of kernels/tiles.reference.ts. A workgroup classifies four tiles, one word;
// each of its threads reads four pixels of a row.
const TILES = 4u;
override TILE: u32;

@group(0) @binding(1) var matte: texture_2d<f32>;
@group(0) @binding(2) var<storage, read_write> classes: array<u32>;

// For each tile: 1 if any pixel is not background, 2 if any pixel is not foreground.
var<workgroup> seen: array<atomic<u32>, TILES>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let size = textureDimensions(matte);
  let across = (size.x + TILE - 1) / TILE;
  let part = thread / 64;
  let tile = group.x * TILES + part;
  let row = tile / across * TILE + thread % 64 / 4;
  let left = tile % across * TILE + thread % 4 * 4;
  var found = 0u;
  for (var i = 0u; i < 4; i++) {
    if (left + i >= size.x || row >= size.y) { continue; }
    let alpha = u32(textureLoad(matte, vec2u(left + i, row), 0).g * 255 + 0.5);
    found |= select(0u, 1u, alpha > 0) | select(0u, 2u, alpha < 255);
  }
  atomicOr(&seen[part], found);
  workgroupBarrier();
  if (thread > 0) { return; }
  var word = 0u;
  for (var i = 0u; i < TILES; i++) {
    // Background, foreground, mixed.
    let tile_class = array(0u, 255u, 0u, 1u)[atomicLoad(&seen[i])];
    word |= tile_class << (8 * i);
  }
  classes[group.x] = word;
}
