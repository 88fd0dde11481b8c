import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, inject } from 'vitest';
import type { BrowserPaths } from '../../../../web/test/browser/support/browsers.js';
import type {} from '../../../../web/test/browser/support/setup.js';
import { ShaderCompiler } from '../../../src/gpu/compiler.js';
import { BUFFER, MAP_READ } from '../../../src/gpu/memory.js';

/** Dawn for Node. */
interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

/** The device of a suite. */
export interface Bench {
  readonly gpu: GPU;
  readonly device: GPUDevice;
  /** Opens another device, whose errors do not fail the test. */
  open(): Promise<GPUDevice>;
  /** Waits until everything is compiled. */
  compiled(): Promise<void>;
  /** Encodes a compute pass when everything is compiled, and submits it. */
  run(encode: (pass: GPUComputePassEncoder) => void): Promise<void>;
  /** Creates a buffer with these contents. */
  buffer(values: Float32Array | Uint32Array): GPUBuffer;
  /** The contents of a buffer. */
  floats(buffer: GPUBuffer): Promise<Float32Array>;
  /** The contents of a buffer. */
  words(buffer: GPUBuffer): Promise<Uint32Array>;
  /** The contents of a texture of four bytes per pixel, without padding. */
  pixels(texture: GPUTexture): Promise<Uint8Array>;
  /** Fills a texture of four bytes per pixel. */
  fill(texture: GPUTexture, pixels: Uint8Array<ArrayBuffer>): void;
}

/** Chromium's software driver, because the machines that run these tests have no GPU. */
function softwareDriver({ chromium }: BrowserPaths): string | undefined {
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  if (chromium) folders.unshift(dirname(realpathSync(chromium)));
  return folders.map((folder) => join(folder, 'vk_swiftshader_icd.json')).find((path) => existsSync(path));
}

/** Keeps a library loaded although it is not a Node module (`RTLD_NODELETE`). */
const KEEP = 0x1000;

/** Loads Chromium's Vulkan loader: Dawn looks for one by name, and few machines have it installed. */
function loadVulkan(path: string): void {
  if (!existsSync(path)) return;
  try {
    process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | KEEP);
  } catch {
    // Node throws because it is not a module, but it stays loaded.
  }
}

/** Dawn, for as long as the tests run: its devices do not keep alive what created them. */
async function startDawn(): Promise<GPU | undefined> {
  const driver = softwareDriver(inject('browsers'));
  if (!driver) return undefined;
  process.env['VK_ICD_FILENAMES'] = driver;
  loadVulkan(join(dirname(driver), 'libvulkan.so.1'));
  process.env['XDG_RUNTIME_DIR'] ??= '/tmp';
  const name = 'webgpu'; // its types are those of browsers, which exist already
  const dawn = (await import(name).catch(() => undefined)) as Dawn | undefined; // the set-up has reported why it is missing
  if (!dawn) return undefined;
  Object.assign(globalThis, dawn.globals);
  return dawn.create([]);
}

async function openDevice(): Promise<GPUDevice | undefined> {
  const adapter = await gpu?.requestAdapter();
  return adapter?.requestDevice();
}

const gpu = await startDawn();
const device = await openDevice();
const errors: string[] = [];
device?.addEventListener('uncapturederror', ({ error }) => errors.push(error.message));
if (!device) console.warn('No GPU, software driver or Dawn: the GPU tests are skipped.');

/**
 * A suite of tests on a GPU or its software driver. Skipped if there is neither. Every error of the device fails the test.
 */
export function describeOnGpu(name: string, suite: (bench: Bench) => void): void {
  if (!gpu || !device) {
    describe.skip(name, () => suite(NONE));
    return;
  }
  describe(name, () => {
    afterEach(async () => {
      await device.queue.onSubmittedWorkDone();
      expect(errors.splice(0)).toEqual([]);
    });
    suite({
      gpu,
      device,
      open: openAnother,
      compiled: () => compiled(device),
      run: (encode) => run(device, encode),
      buffer: (values) => bufferOf(device, values),
      floats: async (buffer) => new Float32Array(await read(device, buffer)),
      words: async (buffer) => new Uint32Array(await read(device, buffer)),
      pixels: (texture) => pixelsOf(device, texture),
      fill: (texture, pixels) => {
        const { width, height } = texture;
        device.queue.writeTexture({ texture }, pixels, { bytesPerRow: width * 4 }, [width, height]);
      },
    });
  });
}

/** The bench of a skipped suite, which is never used. */
const NONE = {} as Bench;

async function openAnother(): Promise<GPUDevice> {
  const another = await openDevice();
  if (!another) throw new Error('No other device');
  another.addEventListener('uncapturederror', (event) => event.preventDefault()); // Dawn would print them
  return another;
}

async function compiled(device: GPUDevice): Promise<void> {
  await ShaderCompiler.of(device).compiled();
}

async function run(device: GPUDevice, encode: (pass: GPUComputePassEncoder) => void): Promise<void> {
  await compiled(device);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encode(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

function bufferOf(device: GPUDevice, values: Float32Array | Uint32Array): GPUBuffer {
  const usage = BUFFER.STORAGE | BUFFER.COPY_SRC | BUFFER.COPY_DST;
  const buffer = device.createBuffer({ size: values.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, values.slice());
  return buffer;
}

async function read(device: GPUDevice, buffer: GPUBuffer): Promise<ArrayBuffer> {
  const usage = BUFFER.MAP_READ | BUFFER.COPY_DST;
  const copy = device.createBuffer({ size: buffer.size, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(MAP_READ);
  const bytes = copy.getMappedRange().slice(0);
  copy.destroy();
  return bytes;
}

async function pixelsOf(device: GPUDevice, texture: GPUTexture): Promise<Uint8Array> {
  const { width, height } = texture;
  const bytesPerRow = Math.ceil((width * 4) / 256) * 256;
  const usage = BUFFER.COPY_SRC | BUFFER.COPY_DST;
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  const padded = new Uint8Array(await read(device, buffer));
  buffer.destroy();
  const pixels = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    pixels.set(padded.subarray(row * bytesPerRow, row * bytesPerRow + width * 4), row * width * 4);
  }
  return pixels;
}
