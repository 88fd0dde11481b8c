import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadLiteRtInNode } from '../../node/src/litert.js';
import {
  DEFAULT_MODEL,
  EngineError,
  findModel,
  MODEL_CATALOGUE,
  type ModelDescription,
  parseModelDescription,
  type Segmentation,
} from '../src/index.js';
import { createLiteRtSegmenter, type LiteRtSegmenterOptions } from '../src/litert.js';
import { verifyModel } from '../src/models/integrity.js';
import { PASCAL_VOC_CLASSES, pascalVocColor } from '../src/models/pascal-voc.js';
import { chooseClasses, readLogits } from '../src/segmentation/classes.js';
import { bundledModel } from './support/kernels.js';

const BUNDLED = MODEL_CATALOGUE.filter(({ source }) => source.kind === 'package').map(({ id }) => id);
const DEEPLAB_FILE = new URL('../../../../shared/media/models/deeplabv3_257_mv_gpu.tflite', import.meta.url);
const hasDeepLab = existsSync(DEEPLAB_FILE);

/** The EngineError that a call throws. */
async function errorOf(action: () => unknown): Promise<EngineError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('It did not throw');
}

describe('the catalogue', () => {
  it('has each model once, including the default', () => {
    const ids = MODEL_CATALOGUE.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(DEFAULT_MODEL);
    expect(new Set(MODEL_CATALOGUE.map(({ sha256 }) => sha256)).size).toBe(ids.length);
    expect(findModel(DEFAULT_MODEL).source.kind).toBe('package');
  });

  it.each(MODEL_CATALOGUE.map((model) => [model.id, model] as const))(
    'describes %s completely',
    (id, model) => {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(model.title.length).toBeGreaterThan(10);
      expect(model.title).not.toMatch(/\n/);
      expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(model.bytes).toBeGreaterThan(10_000);
      expect(model.licence).toMatch(/^[A-Za-z0-9.+-]+$/);
      expect(new URL(model.reference).protocol).toBe('https:');
      if (model.source.kind === 'url') expect(new URL(model.source.url).protocol).toBe('https:');
      const { width, height, valueRange } = model.input;
      expect([width, height].every((side) => Number.isInteger(side) && side >= 16 && side <= 2048)).toBe(
        true,
      );
      expect(valueRange[0]).toBeLessThan(valueRange[1]);
      if (model.output.kind === 'classes') expect(model.output.classNames).toContain('person');
      expect(findModel(id)).toBe(model);
    },
  );

  it('refuses an unknown model and lists the known ones', async () => {
    const error = await errorOf(() => findModel('deeplab-v9'));
    expect(error.code).toBe('MODEL_UNKNOWN');
    for (const { id } of MODEL_CATALOGUE) expect(error.message).toContain(id);
  });
});

describe('verifyModel', () => {
  it.each(BUNDLED)('accepts the file of %s and refuses a changed one', async (id) => {
    const model = findModel(id);
    const bytes = await bundledModel(id);
    await expect(verifyModel(model, bytes)).resolves.toBeUndefined();

    const damaged = bytes.slice();
    damaged[Math.floor(damaged.length / 2)] = (damaged[Math.floor(damaged.length / 2)] ?? 0) ^ 1;
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    for (const wrong of [bytes.slice(0, -1), bytes.slice(0, 100), new Uint8Array(), longer, damaged]) {
      const error = await errorOf(() => verifyModel(model, wrong));
      expect(error.code).toBe('MODEL_CHECKSUM');
      expect(error.message).toContain(id);
    }
  });

  it('does not accept one bundled model for another', async () => {
    const [one = '', other = ''] = BUNDLED;
    const error = await errorOf(async () => verifyModel(findModel(one), await bundledModel(other)));
    expect(error.code).toBe('MODEL_CHECKSUM');
  });

  it('checks whichever of size and checksum is given', async () => {
    const abc = new TextEncoder().encode('abc');
    const { bytes: _bytes, sha256: _sha256, ...bare } = findModel(DEFAULT_MODEL);
    // FIPS 180-2, example B.1
    const sum = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    await expect(verifyModel({ ...bare, sha256: sum }, abc)).resolves.toBeUndefined();
    await expect(verifyModel({ ...bare, bytes: 3 }, abc)).resolves.toBeUndefined();
    await expect(verifyModel(bare, abc)).resolves.toBeUndefined();
    expect((await errorOf(() => verifyModel({ ...bare, sha256: sum }, abc.slice(1)))).code).toBe(
      'MODEL_CHECKSUM',
    );
    expect((await errorOf(() => verifyModel({ ...bare, bytes: 4 }, abc))).code).toBe('MODEL_CHECKSUM');
  });

  it.runIf(hasDeepLab)('accepts the file of deeplab-v3', async () => {
    await expect(
      verifyModel(findModel('deeplab-v3'), new Uint8Array(await readFile(DEEPLAB_FILE))),
    ).resolves.toBeUndefined();
  });
});

describe('parseModelDescription', () => {
  const input = { width: 256, height: 144, valueRange: [0, 1] };
  const minimal = { id: 'mine', input, output: { kind: 'confidence' } };
  const full = {
    ...minimal,
    title: 'My own',
    licence: 'MIT',
    reference: 'https://example.org',
    bytes: 12,
    sha256: 'a'.repeat(64),
    output: { kind: 'classes', classNames: ['nothing', 'person'] },
  };

  it('fills in optional fields', () => {
    expect(parseModelDescription(minimal)).toEqual({
      ...minimal,
      title: 'mine',
      source: { kind: 'file' },
      licence: 'not stated',
      reference: 'not stated',
    });
  });

  it('keeps the given fields, and always uses the file as the source', () => {
    expect(parseModelDescription(full)).toEqual({ ...full, source: { kind: 'file' } });
    const withSource = { ...full, source: { kind: 'url', url: 'https://example.org' } };
    expect(parseModelDescription(withSource).source).toEqual({ kind: 'file' });
    expect(parseModelDescription(JSON.parse(JSON.stringify(full)))).toEqual({
      ...full,
      source: { kind: 'file' },
    });
  });

  const wrong: [field: string, json: unknown][] = [
    ['description', undefined],
    ['description', null],
    ['description', 'selfie'],
    ['description', [minimal]],
    ["'id'", { ...minimal, id: undefined }],
    ["'id'", { ...minimal, id: '' }],
    ["'id'", { ...minimal, id: 7 }],
    ["'input'", { ...minimal, input: undefined }],
    ["'input'", { ...minimal, input: [256, 144] }],
    ["'input.width'", { ...minimal, input: { ...input, width: 0 } }],
    ["'input.width'", { ...minimal, input: { ...input, width: '256' } }],
    ["'input.width'", { ...minimal, input: { ...input, width: 25.6 } }],
    ["'input.height'", { ...minimal, input: { ...input, height: -144 } }],
    ["'input.height'", { ...minimal, input: { ...input, height: undefined } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: undefined } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: [0] } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: [1, 1] } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: ['0', '1'] } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: [0, 1, 2] } }],
    ["'input.valueRange'", { ...minimal, input: { ...input, valueRange: [0, JSON.parse('1e999')] } }],
    ["'output'", { ...minimal, output: undefined }],
    ["'output'", { ...minimal, output: 'confidence' }],
    ["'output.kind'", { ...minimal, output: {} }],
    ["'output.kind'", { ...minimal, output: { kind: 'logits' } }],
    ["'output.classNames'", { ...minimal, output: { kind: 'classes' } }],
    ["'output.classNames'", { ...minimal, output: { kind: 'classes', classNames: ['person'] } }],
    ["'output.classNames'", { ...minimal, output: { kind: 'classes', classNames: 'person' } }],
    [
      "'output.classNames'",
      { ...minimal, output: { kind: 'classes', classNames: new Array(257).fill('a') } },
    ],
    ["'output.classNames[1]'", { ...minimal, output: { kind: 'classes', classNames: ['nothing', 15] } }],
    ["'sha256'", { ...minimal, sha256: 'A'.repeat(64) }],
    ["'sha256'", { ...minimal, sha256: 'a'.repeat(63) }],
    ["'sha256'", { ...minimal, sha256: 5 }],
    ["'bytes'", { ...minimal, bytes: 0 }],
    ["'bytes'", { ...minimal, bytes: '249792' }],
    ["'title'", { ...minimal, title: 5 }],
    ["'licence'", { ...minimal, licence: ['MIT'] }],
    ["'reference'", { ...minimal, reference: {} }],
  ];

  it.each(wrong)('refuses an invalid %s and names the field: %j', async (field, json) => {
    const error = await errorOf(() => parseModelDescription(json));
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.message).toContain(field);
    expect(error.message).toMatch(/^The .*\.$/);
  });

  it('refuses two classes of the same name, which `keep` could not distinguish', async () => {
    const output = { kind: 'classes', classNames: ['nothing', 'person', 'person'] };
    expect((await errorOf(() => parseModelDescription({ ...minimal, output }))).code).toBe('MODEL_INVALID');
  });

  it('throws nothing but MODEL_INVALID', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
        for (const json of [
          one,
          { ...minimal, input: two },
          { ...minimal, output: { kind: 'classes', classNames: three } },
        ]) {
          try {
            expect(parseModelDescription(json).source).toEqual({ kind: 'file' });
          } catch (error) {
            expect(error).toMatchObject({ code: 'MODEL_INVALID' });
          }
        }
      }),
    );
  });
});

describe('the Pascal VOC classes', () => {
  // VOClabelcolormap of the VOC 2012 development kit.
  const published: Record<string, readonly [number, number, number]> = {
    background: [0, 0, 0],
    aeroplane: [128, 0, 0],
    bicycle: [0, 128, 0],
    bird: [128, 128, 0],
    boat: [0, 0, 128],
    bottle: [128, 0, 128],
    bus: [0, 128, 128],
    car: [128, 128, 128],
    cat: [64, 0, 0],
    chair: [192, 0, 0],
    cow: [64, 128, 0],
    diningtable: [192, 128, 0],
    dog: [64, 0, 128],
    horse: [192, 0, 128],
    motorbike: [64, 128, 128],
    person: [192, 128, 128],
    pottedplant: [0, 64, 0],
    sheep: [128, 64, 0],
    sofa: [0, 192, 0],
    train: [128, 192, 0],
    tv: [0, 64, 128],
  };

  it('have the published names, order and colours', () => {
    expect(PASCAL_VOC_CLASSES).toEqual(Object.keys(published));
    expect(PASCAL_VOC_CLASSES.map((_, index) => pascalVocColor(index))).toEqual(Object.values(published));
    expect(new Set(PASCAL_VOC_CLASSES.map((_, index) => pascalVocColor(index).join())).size).toBe(21);
    expect(pascalVocColor(255)).toEqual([224, 224, 192]); // the "void" class of the annotations
  });
});

describe('choosing classes', () => {
  it('keeps the named classes', () => {
    const kept = chooseClasses(PASCAL_VOC_CLASSES, ['person', 'dog']);
    expect(PASCAL_VOC_CLASSES.filter((_, index) => kept[index])).toEqual(['dog', 'person']);
    expect(chooseClasses(['a', 'b'], [])).toEqual([false, false]);
  });

  it('refuses classes that the model does not have, and lists those it has', async () => {
    const error = await errorOf(() => chooseClasses(PASCAL_VOC_CLASSES, ['person', 'unicorn']));
    expect(error.code).toBe('CLASS_UNKNOWN');
    expect(error.message).toContain('unicorn');
    expect(error.message).toContain('pottedplant');
  });
});

describe('readLogits', () => {
  const read = (logits: readonly number[], kept: readonly boolean[]): Segmentation => {
    const pixels = logits.length / kept.length;
    const output = {
      confidence: new Float32Array(pixels).fill(-1),
      classes: new Uint8Array(pixels).fill(99),
      kept: new Uint8Array(pixels).fill(99),
    };
    readLogits(Float32Array.from(logits), kept, output);
    return output;
  };

  it('selects the class with the largest logit, the first of equal ones, for each pixel', () => {
    const { classes, kept } = read([1, 3, 2, /**/ 5, 5, 5, /**/ -9, -8, -7], [false, true, true]);
    expect([...classes]).toEqual([1, 0, 2]);
    expect([...kept]).toEqual([1, 0, 1]);
  });

  it('computes the confidence as the softmax sum of the kept classes', () => {
    const logit = fc.float({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 4, maxLength: 4 }),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        (logits, kept) => {
          const weights = logits.map((value) => Math.exp(value));
          const all = weights.reduce((a, b) => a + b);
          const wanted = weights.reduce((sum, weight, i) => sum + (kept[i] ? weight : 0), 0);
          const { confidence, classes } = read(logits, kept);
          expect(confidence[0]).toBeCloseTo(wanted / all, 5);
          expect(logits[classes[0] ?? -1]).toBe(Math.max(...logits));
        },
      ),
    );
  });

  it('handles logits whose exponential overflows', () => {
    const { confidence } = read([1000, -1000, /**/ -1000, 1000, /**/ 300, 300], [false, true]);
    expect([...confidence]).toEqual([0, 1, 0.5]);
  });
});

describe('createLiteRtSegmenter', () => {
  let runtime: LiteRtSegmenterOptions['runtime'];
  let bytes: Uint8Array<ArrayBuffer>;
  const model = findModel(DEFAULT_MODEL);
  /** The description of a file without a checksum. */
  const custom = (changes: Partial<ModelDescription>): ModelDescription => {
    const { bytes: _bytes, sha256: _sha256, ...rest } = model;
    return { ...rest, id: 'custom', ...changes };
  };
  const create = (options: Partial<LiteRtSegmenterOptions>) =>
    createLiteRtSegmenter({ runtime, model, bytes, ...options });

  beforeAll(async () => {
    [runtime, bytes] = await Promise.all([loadLiteRtInNode(), bundledModel(DEFAULT_MODEL)]);
  });

  it('runs a model with the described sizes, and returns a confidence in 0..1 for every pixel', async () => {
    const segmenter = await create({});
    const { width, height } = model.input;
    expect([segmenter.width, segmenter.height, segmenter.hasClasses]).toEqual([width, height, false]);
    const output = {
      confidence: new Float32Array(width * height).fill(-1),
      classes: new Uint8Array(width * height),
      kept: new Uint8Array(width * height),
    };
    for (const value of [0, 0.5, 1]) {
      await segmenter.segment(new Float32Array(width * height * 3).fill(value), output);
      expect(output.confidence.every((confidence) => confidence >= 0 && confidence <= 1)).toBe(true);
      // There is no person in an empty image.
      expect(output.confidence.reduce((a, b) => a + b, 0) / output.confidence.length).toBeLessThan(0.1);
      output.confidence.fill(-1);
    }
    segmenter.dispose();
  });

  it('returns the same confidence for the same input, whatever it ran in between', async () => {
    const segmenter = await create({});
    const pixels = segmenter.width * segmenter.height;
    const output = () => ({
      confidence: new Float32Array(pixels),
      classes: new Uint8Array(pixels),
      kept: new Uint8Array(pixels),
    });
    const input = Float32Array.from({ length: pixels * 3 }, (_, i) => Math.sin(i / 999) ** 2);
    const [first, between, again] = [output(), output(), output()];
    await segmenter.segment(input, first);
    await segmenter.segment(new Float32Array(pixels * 3), between);
    await segmenter.segment(input, again);
    expect(again.confidence).toEqual(first.confidence);
    segmenter.dispose();
  });

  it('verifies the file before use', async () => {
    expect((await errorOf(() => create({ bytes: bytes.slice(0, -4) }))).code).toBe('MODEL_CHECKSUM');
  });

  it('refuses a file that is not a model', async () => {
    const garbage = new Uint8Array(5000).map((_, i) => (i * 37) & 255);
    const text = new TextEncoder().encode('This is not a model, it is a sentence.');
    for (const wrong of [garbage, text, new Uint8Array(), bytes.slice(0, 2000)]) {
      const error = await errorOf(() => create({ model: custom({}), bytes: wrong }));
      expect(error.code).toBe('MODEL_INVALID');
      expect(error.message).toContain('custom');
    }
    // Models can still be run afterwards.
    (await create({})).dispose();
  });

  it('refuses a description with another shape', async () => {
    const shapes: Partial<ModelDescription>[] = [
      { input: { ...model.input, width: 144, height: 256 } },
      { input: { ...model.input, height: 145 } },
      { output: { kind: 'classes', classNames: PASCAL_VOC_CLASSES } },
    ];
    for (const shape of shapes) {
      const error = await errorOf(() => create({ model: custom(shape) }));
      expect(error.code).toBe('MODEL_INVALID');
      expect(error.message).toContain('1x144x256x3');
    }
  });

  it('refuses to keep classes that the model does not have', async () => {
    expect((await errorOf(() => create({ keep: ['dog'] }))).code).toBe('CLASS_UNKNOWN');
    const withClasses = custom({ output: { kind: 'classes', classNames: ['nothing', 'person'] } });
    expect((await errorOf(() => create({ model: withClasses, keep: ['dog'] }))).code).toBe('CLASS_UNKNOWN');
    (await create({ keep: ['person'] })).dispose();
  });

  it.runIf(hasDeepLab)('runs deeplab-v3 and keeps the requested classes', async () => {
    const deepLab = findModel('deeplab-v3');
    const file = new Uint8Array(await readFile(DEEPLAB_FILE));
    const segmenter = await create({ model: deepLab, bytes: file, keep: ['background'] });
    const pixels = segmenter.width * segmenter.height;
    const output = {
      confidence: new Float32Array(pixels).fill(-1),
      classes: new Uint8Array(pixels).fill(99),
      kept: new Uint8Array(pixels).fill(99),
    };
    await segmenter.segment(new Float32Array(pixels * 3), output);
    expect(segmenter.hasClasses).toBe(true);
    expect(Math.max(...output.classes)).toBeLessThan(21);
    expect(output.kept.every((kept, i) => kept === (output.classes[i] === 0 ? 1 : 0))).toBe(true);
    expect(output.confidence.every((value) => value >= 0 && value <= 1)).toBe(true);
    segmenter.dispose();
  });
});
