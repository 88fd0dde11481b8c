// WebGPU's flags, under names of our own: the types of workers lack them, and Node has no globals of them.

/** What buffers may be used for: GPUBufferUsage. */
export const BUFFER = {
  MAP_READ: 0x1,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  UNIFORM: 0x40,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;

/** What textures may be used for: GPUTextureUsage. */
export const TEXTURE = {
  COPY_SRC: 0x1,
  COPY_DST: 0x2,
  TEXTURE_BINDING: 0x4,
  STORAGE_BINDING: 0x8,
  RENDER_ATTACHMENT: 0x10,
} as const;

/** To map a buffer for reading: GPUMapMode.READ. */
export const MAP_READ = 0x1;
