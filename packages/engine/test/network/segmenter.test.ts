import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createPresenter, type PresenterOptions } from '@elsewhere/presenter';
import type { LiteRt } from '@litertjs/core';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadLiteRtInNode } from '../../../node/src/litert.js';
import {
  findModel,
  MODEL_CATALOGUE,
  type ModelDescription,
  type Segmentation,
  type Segmenter,
} from '../../src/index.js';
import { createLiteRtSegmenter } from '../../src/litert.js';
import { networkKernelsFile } from '../../src/network/kernels.js';
import { createNetworkSegmenter, createSegmenter } from '../../src/network/segmenter.js';
import { bundledModel, type MemoryObserver, observeMemory } from '../support/kernels.js';
import { KERNELS, PLAIN, RELAXED } from './support/network-kernels.js';
import { ModelWriter } from './support/write-tflite.js';

const MEDIA = new URL('../../../../../shared/media/', import.meta.url);
const DEEPLAB = new URL('models/deeplabv3_257_mv_gpu.tflite', MEDIA);
const STILLS = new URL('stills/', MEDIA);
const hasMedia = existsSync(DEEPLAB) && existsSync(STILLS);
if (!hasMedia)
  console.warn('No ../shared/media: networks are compared on drawn frames only, DeepLab v3 not at all.');

/**
 * The largest difference from LiteRT's confidences that is allowed. 4e-5 was measured on these images; of that, LiteRT is up to
 * 3e-5 from what exact arithmetic gives.
 */
const TOLERANCE = 2e-4;

/** What is drawn for the networks to look at. */
const SCENES: readonly PresenterOptions[] = [
  {},
  { seed: 1, framing: 'close', camera: { noise: 6 } },
  { seed: 2, framing: 'far', people: 2, room: 'kitchen' },
  { seed: 3, position: { x: 0.3 }, headphones: true },
];

let runtime: LiteRt;
beforeAll(async () => {
  runtime = await loadLiteRtInNode();
});

/** Red, green and blue bytes as a network's input. */
function tensorOf(rgb: Uint8Array, { valueRange: [low, high] }: Segmenter): Float32Array {
  return Float32Array.from(rgb, (byte) => low + (byte / 255) * (high - low));
}

async function drawn(segmenter: Segmenter, scene: PresenterOptions): Promise<Float32Array> {
  const { width, height } = segmenter;
  const { image } = await createPresenter({ ...scene, width, height }).frame(20);
  return tensorOf(
    image.filter((_, i) => i % 4 < 3),
    segmenter,
  );
}

async function photographed(segmenter: Segmenter, still: URL): Promise<Float32Array> {
  const { width, height } = segmenter;
  const image = sharp(new Uint8Array(await readFile(still)))
    .removeAlpha()
    .toColourspace('srgb');
  const { data } = await image
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return tensorOf(data, segmenter);
}

/** Some of the photographs. */
function stills(): readonly URL[] {
  const all = readdirSync(STILLS).flatMap((set) => {
    const folder = new URL(`${set}/image/`, STILLS);
    return readdirSync(folder).map((name) => new URL(name, folder));
  });
  return all.filter((_, i) => i % 16 === 0);
}

function segmentation({ width, height }: Pick<Segmenter, 'width' | 'height'>): Segmentation {
  const pixels = width * height;
  return {
    confidence: new Float32Array(pixels).fill(Number.NaN),
    classes: new Uint8Array(pixels),
    kept: new Uint8Array(pixels),
  };
}

/** Runs both segmenters on an image: the largest difference of confidences, and the share of pixels of another class. */
async function compare(a: Segmenter, b: Segmenter, input: Float32Array): Promise<[number, number]> {
  const [first, second] = [segmentation(a), segmentation(b)];
  await a.segment(input, first);
  await b.segment(input, second);
  let largest = 0;
  let others = 0;
  first.confidence.forEach((value, i) => {
    const difference = Math.abs(value - (second.confidence[i] ?? Number.NaN));
    if (!(difference <= largest)) largest = difference;
    if (first.classes[i] !== second.classes[i]) others++;
  });
  return [largest, others / first.classes.length];
}

it.each(['selfie-landscape', 'selfie-square'])(
  '%s gives what LiteRT gives, with both builds of the kernels',
  async (id) => {
    const model = findModel(id);
    const bytes = await bundledModel(id);
    const expected = await createLiteRtSegmenter({ runtime, model, bytes });
    const inputs = await Promise.all(SCENES.map((scene) => drawn(expected, scene)));
    if (hasMedia) inputs.push(...(await Promise.all(stills().map((still) => photographed(expected, still)))));
    for (const [, kernels] of KERNELS) {
      const actual = await createNetworkSegmenter({ kernels, model, bytes });
      const { width, height, valueRange, hasClasses } = actual;
      expect({ width, height, valueRange, hasClasses }).toEqual({ ...model.input, hasClasses: false });
      for (const input of inputs) {
        const [difference] = await compare(actual, expected, input);
        expect(difference).toBeLessThan(TOLERANCE);
      }
      const found = segmentation(actual);
      await actual.segment(inputs[0] ?? new Float32Array(), found);
      expect(found.confidence.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(Math.max(...found.confidence)).toBeGreaterThan(0.9);
      actual.dispose();
    }
    expected.dispose();
  },
);

describe.runIf(hasMedia)('deeplab-v3', () => {
  it('gives what LiteRT gives', async () => {
    const model = findModel('deeplab-v3');
    const bytes = new Uint8Array(await readFile(DEEPLAB));
    const keep = ['person', 'cat'];
    const expected = await createLiteRtSegmenter({ runtime, model, bytes, keep });
    const actual = await createNetworkSegmenter({ kernels: RELAXED, model, bytes, keep });
    for (const still of stills().slice(0, 2)) {
      const [difference, others] = await compare(actual, expected, await photographed(actual, still));
      expect(difference).toBeLessThan(TOLERANCE);
      expect(others).toBeLessThan(1e-4);
    }
    actual.dispose();
    expected.dispose();
  });
});

/** A tiny model: a 1x1 convolution of the input to `channels` channels, with these weights and a bias. */
function tinyModel(weight: number, bias: number, channels = 1): Uint8Array<ArrayBuffer> {
  const writer = new ModelWriter();
  const input = writer.tensor([1, 4, 6, 3]);
  const weights = writer.tensor([channels, 1, 1, 3], new Float32Array(3 * channels).fill(weight));
  const biases = writer.tensor([channels], new Float32Array(channels).fill(bias));
  const output = writer.tensor([1, 4, 6, channels]);
  const options = [{ byte: 0 }, 1, 1, { byte: 0 }, 1, 1];
  writer.operator('CONV_2D', [input, weights, biases], [output], options);
  return writer.finish([input], [output]);
}

const TINY: ModelDescription = {
  id: 'tiny',
  title: 'Tiny',
  source: { kind: 'file' },
  input: { width: 6, height: 4, valueRange: [0, 1] },
  output: { kind: 'confidence' },
  licence: 'CC0-1.0',
  reference: 'made by the test',
};
const TINY_CLASSES: ModelDescription = {
  ...TINY,
  output: { kind: 'classes', classNames: ['background', 'person'] },
};

describe('createNetworkSegmenter', () => {
  const kernels = PLAIN;
  const input = new Float32Array(4 * 6 * 3).fill(0.5);
  let observed: MemoryObserver;
  beforeEach(() => {
    observed = observeMemory();
  });
  afterEach(() => vi.restoreAllMocks());

  it('reads inputs in its own memory without a copy, and copies others', async () => {
    const segmenter = await createNetworkSegmenter({ kernels, model: TINY, bytes: tinyModel(0.5, 0) });
    const { memory } = observed;
    const block = memory.allocate(input.byteLength);
    block.f32.set(input);
    const before = memory.usedBytes;
    const found = segmentation(segmenter);
    await segmenter.segment(block.f32, found);
    expect(memory.usedBytes).toBe(before);
    expect([...found.confidence]).toEqual(new Array(24).fill(0.75));
    await segmenter.segment(input, found);
    expect([...found.confidence]).toEqual(new Array(24).fill(0.75));
    // The memory may grow between two frames.
    memory.allocate(8 * 1024 * 1024).free();
    await segmenter.segment(input, found);
    expect([...found.confidence]).toEqual(new Array(24).fill(0.75));
    segmenter.dispose();
    block.free();
    expect(memory.usedBytes).toBe(0);
  });

  it.each([
    ['a NaN', Number.NaN, 0],
    ['an infinity', Number.POSITIVE_INFINITY, 0],
    ['a confidence above 1', 0.5, 0.5],
    ['a confidence below 0', 0.5, -1],
  ])('refuses %s', async (_, weight, bias) => {
    const segmenter = await createNetworkSegmenter({ kernels, model: TINY, bytes: tinyModel(weight, bias) });
    const found = segmentation(segmenter);
    await expect(segmenter.segment(input, found)).rejects.toMatchObject({ code: 'SEGMENTATION_FAILED' });
    expect(found.confidence.every(Number.isNaN)).toBe(true);
    segmenter.dispose();
  });

  it('takes what rounding has put beside 0 and 1', async () => {
    const segmenter = await createNetworkSegmenter({
      kernels,
      model: TINY,
      bytes: tinyModel(0.5, 0.25 + 5e-5),
    });
    const found = segmentation(segmenter);
    await segmenter.segment(input, found);
    expect([...found.confidence]).toEqual(new Array(24).fill(1));
    segmenter.dispose();
  });

  it.each([
    ['a NaN', Number.NaN],
    ['an infinity', Number.NEGATIVE_INFINITY],
    ['a value that is none', 1e30],
  ])('refuses logits with %s, and takes any others', async (_, weight) => {
    const create = (value: number) =>
      createNetworkSegmenter({ kernels, model: TINY_CLASSES, bytes: tinyModel(value, 0, 2) });
    const [sound, broken] = [await create(1e6), await create(weight)];
    const found = segmentation(sound);
    await sound.segment(input, found);
    expect([...found.confidence]).toEqual(new Array(24).fill(0.5));
    await expect(broken.segment(input, found)).rejects.toMatchObject({ code: 'SEGMENTATION_FAILED' });
    sound.dispose();
    broken.dispose();
  });

  it.each([
    ['another file', 'MODEL_CHECKSUM', { model: { ...TINY, bytes: 7 } }],
    ['another size', 'MODEL_INVALID', { model: { ...TINY, input: { ...TINY.input, width: 7 } } }],
    ['another number of classes', 'MODEL_INVALID', { model: TINY_CLASSES }],
    ['a damaged file', 'MODEL_INVALID', { bytes: Uint8Array.of(1, 2, 3) }],
    ['classes of a model without', 'CLASS_UNKNOWN', { keep: ['cat'] }],
    ['unknown classes', 'CLASS_UNKNOWN', { model: TINY_CLASSES, keep: ['unicorn'] }],
    ['damaged kernels', 'KERNELS_INVALID', { kernels: Uint8Array.of(1, 2, 3) }],
    ['an empty module', 'KERNELS_INVALID', { kernels: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0) }],
  ])('refuses %s with %s', async (_, code, wrong) => {
    const options = { kernels, model: TINY, bytes: tinyModel(0.5, 0), ...wrong };
    await expect(createNetworkSegmenter(options)).rejects.toMatchObject({ code });
    expect(observed.allocations === 0 || observed.memory.usedBytes === 0).toBe(true);
  });
});

describe('createSegmenter', () => {
  /** A model with an operator that the runtime does not have. */
  function unsupported(): Uint8Array<ArrayBuffer> {
    const writer = new ModelWriter();
    const [input, output] = [writer.tensor([1, 4, 6, 3]), writer.tensor([1, 4, 6, 1])];
    writer.operator('MAX_POOL_2D', [input], [output]);
    return writer.finish([input], [output]);
  }
  const options = { kernels: PLAIN, model: TINY, bytes: tinyModel(0.5, 0) };

  it('leaves to another runtime what only that can run', async () => {
    const other = await createNetworkSegmenter(options);
    const codes: string[] = [];
    const made = await createSegmenter({ ...options, bytes: unsupported() }, async ({ code }) => {
      codes.push(code);
      return other;
    });
    expect(made).toBe(other);
    expect(codes).toEqual(['MODEL_UNSUPPORTED']);
    other.dispose();
  });

  it('asks no other runtime for what it can run, and for what none can', async () => {
    const fallback = () => Promise.reject(new Error('It was asked.'));
    (await createSegmenter(options, fallback)).dispose();
    const damaged = createSegmenter({ ...options, bytes: Uint8Array.of(1, 2, 3) }, fallback);
    await expect(damaged).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });
});

const AT_HAND = MODEL_CATALOGUE.filter(({ source }) => source.kind === 'package' || hasMedia);

it.each(AT_HAND)('the catalogue says what runs $id', async (model) => {
  const bytes = model.source.kind === 'url' ? await readFile(DEEPLAB) : await bundledModel(model.id);
  const options = { kernels: PLAIN, model, bytes: new Uint8Array(bytes) };
  const runtime = await createNetworkSegmenter(options).then(
    (segmenter) => {
      segmenter.dispose();
      return 'elsewhere';
    },
    ({ code }) => (code === 'MODEL_UNSUPPORTED' ? 'litert' : code),
  );
  expect(runtime).toBe(model.runtime);
});

describe('networkKernelsFile', () => {
  it('names the build with relaxed SIMD where that runs', () => {
    // The test's own process has switched it on.
    expect(networkKernelsFile()).toBe('network-relaxed.wasm');
  });
});
