import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ElsewhereError, findModel, MODEL_CATALOGUE } from '@elsewhere/engine';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { listModels, loadModel, modelDirectory, pullModel } from '../src/model-store.js';

const SHARED_DEEPLAB = fileURLToPath(
  new URL('../../../../shared/media/models/deeplabv3_257_mv_gpu.tflite', import.meta.url),
);
const DEEPLAB_FILE = 'deeplabv3_257_mv_gpu.tflite';
const DEEPLAB_BYTES = findModel('deeplab-v3').bytes ?? 0;
const SELFIE = createRequire(import.meta.url).resolve(
  '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite',
);

let directory: string;
let server: Server | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'elsewhere-models-'));
  vi.stubEnv('ELSEWHERE_MODELS', directory);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(directory, { recursive: true, force: true });
});

async function failure(promise: Promise<unknown>): Promise<ElsewhereError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ElsewhereError)) throw new Error(`expected an ElsewhereError, got ${String(error)}`);
  return error;
}

async function serve(listener: RequestListener): Promise<string> {
  const created = createServer(listener);
  server = created;
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  const address = created.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/model.tflite`;
}

describe('the model directory', () => {
  test('is $ELSEWHERE_MODELS, or else in the cache directory of the platform', () => {
    expect(modelDirectory({ ELSEWHERE_MODELS: '/m' }, 'linux')).toBe('/m');
    expect(modelDirectory({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/elsewhere/models');
    expect(modelDirectory({ XDG_CACHE_HOME: 'relative' }, 'linux')).toMatch(/\/\.cache\/elsewhere\/models$/);
    expect(modelDirectory({}, 'darwin')).toMatch(/Library\/Caches\/elsewhere\/models$/);
    expect(modelDirectory({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/elsewhere/models');
  });
});

describe('loading', () => {
  test('reads bundled models from their package and verifies them', async () => {
    for (const id of ['selfie-landscape', 'selfie-square']) {
      const { model, bytes, path } = await loadModel(id);
      expect(model).toBe(findModel(id));
      expect(bytes.length).toBe(model.bytes);
      expect(path).toContain('selfie_segmentation');
    }
  });

  test('refuses an unknown name and lists the known ones', async () => {
    const error = await failure(loadModel('deeplab'));
    expect(error.code).toBe('MODEL_UNKNOWN');
    expect(error.message).toBe(
      "There is no model 'deeplab'. Use one of selfie-landscape, selfie-square, deeplab-v3, or the path of a .tflite file.",
    );
  });

  test('says how to get a model that was not downloaded', async () => {
    const error = await failure(loadModel('deeplab-v3'));
    expect(error.code).toBe('MODEL_MISSING');
    expect(error.message).toBe(
      "The model 'deeplab-v3' is not on this machine. Run `elsewhere models pull deeplab-v3`, or give the file's path.",
    );
  });

  test('refuses a wrong file with the right name', async () => {
    await writeFile(join(directory, DEEPLAB_FILE), Buffer.alloc(DEEPLAB_BYTES));
    const error = await failure(loadModel('deeplab-v3'));
    expect(error.code).toBe('MODEL_CHECKSUM');
    expect(error.message).toContain(directory);
    expect(error.message).toContain('elsewhere models pull deeplab-v3');
  });

  test('recognises a file of the catalogue by its contents, whatever its name', async () => {
    const path = join(directory, 'renamed.tflite');
    await copyFile(SELFIE, path);
    const { model } = await loadModel(path);
    expect(model.id).toBe('selfie-landscape');
  });

  test('reports a wrong checksum for a damaged file with a name of the catalogue', async () => {
    const path = join(directory, DEEPLAB_FILE);
    await writeFile(path, (await readFile(SELFIE)).subarray(0, 200_000));
    expect((await failure(loadModel(path))).code).toBe('MODEL_CHECKSUM');
  });

  test('reads the description of a custom model from the JSON file next to it', async () => {
    const path = join(directory, 'mine.tflite');
    await copyFile(SELFIE, path);
    const description = {
      id: 'mine',
      input: { width: 256, height: 144, valueRange: [0, 1] },
      output: { kind: 'confidence' },
    };
    await writeFile(join(directory, 'mine.json'), JSON.stringify(description));
    const { model } = await loadModel(path);
    expect(model).toMatchObject({ id: 'mine', source: { kind: 'file' } });

    await writeFile(join(directory, 'mine.json'), JSON.stringify({ ...description, sha256: '0'.repeat(64) }));
    expect((await failure(loadModel(path))).code).toBe('MODEL_CHECKSUM');

    await writeFile(join(directory, 'mine.json'), '{');
    expect((await failure(loadModel(path))).code).toBe('MODEL_INVALID');

    await writeFile(join(directory, 'mine.json'), '{}');
    const error = await failure(loadModel(path));
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.message).toContain("mine.json'");
  });

  test.each([
    ['a text file', 'text.tflite', 'MODEL_INVALID', 'is not a TensorFlow Lite model'],
    ['an empty file', 'empty.tflite', 'MODEL_INVALID', 'is not a TensorFlow Lite model'],
    ['an undescribed model', 'unknown.tflite', 'MODEL_INVALID', 'has no description'],
    ['a directory', 'directory.tflite', 'MODEL_INVALID', 'is not a file'],
    ['a missing file', 'missing.tflite', 'MODEL_MISSING', "missing.tflite' does not exist"],
  ])('refuses %s', async (_, name, code, sentence) => {
    await writeFile(join(directory, 'text.tflite'), 'not a model, but text');
    await writeFile(join(directory, 'empty.tflite'), '');
    await writeFile(join(directory, 'unknown.tflite'), Buffer.from('\x1c\0\0\0TFL3 and more', 'latin1'));
    await mkdir(join(directory, 'directory.tflite'));
    const error = await failure(loadModel(join(directory, name)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(sentence);
  });
});

describe('the list', () => {
  test('has the state of each model: bundled, absent or damaged', async () => {
    const states = async () => Object.fromEntries((await listModels()).map((m) => [m.model.id, m.state]));
    expect(await states()).toEqual({
      'selfie-landscape': 'bundled',
      'selfie-square': 'bundled',
      'deeplab-v3': 'absent',
    });
    await writeFile(join(directory, DEEPLAB_FILE), 'damaged');
    expect(await states()).toMatchObject({ 'deeplab-v3': 'damaged' });
    expect((await listModels()).map((state) => state.model)).toEqual(MODEL_CATALOGUE);
  });
});

describe('pulling', () => {
  const pull = (from: string, options = {}) => pullModel('deeplab-v3', { from, ...options });
  const wrong = Buffer.alloc(DEEPLAB_BYTES, 7);

  async function nothingLeft(): Promise<void> {
    expect(await readdir(directory)).toEqual([]);
  }

  test('does nothing for a bundled model, and refuses an unknown one', async () => {
    expect(await pullModel('selfie-square')).toMatchObject({ downloaded: false });
    expect((await failure(pullModel('nothing'))).code).toBe('MODEL_UNKNOWN');
  });

  test.skipIf(!existsSync(SHARED_DEEPLAB))(
    'downloads a model with progress, verifies it, and does not download it again',
    async () => {
      const file = await readFile(SHARED_DEEPLAB);
      let requests = 0;
      const from = await serve((_, response) => {
        requests++;
        response.end(file);
      });
      vi.stubEnv('ELSEWHERE_MODELS', join(directory, 'made', 'on demand'));
      const progress: [number, number | undefined][] = [];
      const onProgress = (bytes: number, total: number | undefined) => progress.push([bytes, total]);
      const { path, downloaded } = await pull(from, { onProgress });
      expect(downloaded).toBe(true);
      expect(file.equals(await readFile(path))).toBe(true);
      expect(progress.at(-1)).toEqual([DEEPLAB_BYTES, DEEPLAB_BYTES]);
      expect(progress.map(([bytes]) => bytes)).toEqual(
        progress.map(([bytes]) => bytes).sort((a, b) => a - b),
      );
      expect(await pull(from)).toEqual({ path, downloaded: false });
      expect(requests).toBe(1);
      expect((await loadModel('deeplab-v3')).model.id).toBe('deeplab-v3');
      expect(await readdir(modelDirectory())).toEqual([DEEPLAB_FILE]);

      await writeFile(path, 'damaged since');
      expect(await pull(from)).toEqual({ path, downloaded: true });
      expect(file.equals(await readFile(path))).toBe(true);
    },
  );

  test('refuses another file of the same size', async () => {
    const from = await serve((_, response) => response.end(wrong));
    const error = await failure(pull(from));
    expect(error.code).toBe('MODEL_CHECKSUM');
    expect(error.message).toContain(from);
    await nothingLeft();
  });

  test('refuses a web page instead of the model, and an endless response', async () => {
    const from = await serve((_, response) => response.end('<html>Please sign in</html>'));
    expect((await failure(pull(from))).code).toBe('MODEL_CHECKSUM');
    server?.close();
    const endless = await serve((_, response) => {
      const more = () => {
        while (response.write(wrong)) {}
      };
      response.on('drain', more);
      more();
    });
    const error = await failure(pull(endless));
    expect(error.code).toBe('MODEL_CHECKSUM');
    expect(error.message).toContain('sends more than the 2779264 bytes');
    await nothingLeft();
  });

  test('refuses a download that is cut short', async () => {
    const from = await serve((_, response) => {
      response.writeHead(200, { 'content-length': DEEPLAB_BYTES });
      response.write(wrong.subarray(0, 100_000), () => response.destroy());
    });
    const error = await failure(pull(from));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain('failed after');
    expect(error.message).toContain(join(directory, DEEPLAB_FILE));
    await nothingLeft();
  });

  test('names the address and the status of an error response', async () => {
    const from = await serve((_, response) => response.writeHead(404).end('gone'));
    const error = await failure(pull(from));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain(`${from} answered 404 Not Found.`);
    await nothingLeft();
  });

  test('says how to place the file by hand when there is no network', async () => {
    const from = await serve((_, response) => response.end());
    server?.close();
    const error = await failure(pull(from));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain(from);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.message).toContain(`put it at '${join(directory, DEEPLAB_FILE)}'`);
    await nothingLeft();
  });

  test('refuses an invalid address', async () => {
    expect((await failure(pull('model.tflite'))).message).toContain('not an http or https address');
    expect((await failure(pull('file:///etc/passwd'))).message).toContain('not an http or https address');
  });

  test('fails if the server sends nothing or stops sending', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const silent = await serve(() => vi.advanceTimersByTime(200));
    const error = await failure(pull(silent, { timeoutSeconds: 0.2 }));
    expect(error.code).toBe('DOWNLOAD_FAILED');
    expect(error.message).toContain('did not start (no data for 0.2 seconds)');
    server?.closeAllConnections();
    server?.close();
    const stalling = await serve((_, response) => response.write(wrong.subarray(0, 50_000)));
    const onProgress = (bytes: number) => {
      if (bytes === 50_000) vi.advanceTimersByTime(200);
    };
    const stalled = await failure(pull(stalling, { timeoutSeconds: 0.2, onProgress }));
    expect(stalled.code).toBe('DOWNLOAD_FAILED');
    expect(stalled.message).toContain('failed after 50000 bytes (no data for 0.2 seconds)');
    await nothingLeft();
  });

  test('leaves nothing behind when aborted', async () => {
    const from = await serve((_, response) => response.write(wrong.subarray(0, 50_000)));
    const controller = new AbortController();
    const reason = new Error('not now');
    const { signal } = controller;
    await expect(pull(from, { signal, onProgress: () => controller.abort(reason) })).rejects.toBe(reason);
    await nothingLeft();
    await expect(pull(from, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('does not continue files of earlier attempts, and removes old ones', async () => {
    const old = join(directory, `${DEEPLAB_FILE}.1.part`);
    const recent = join(directory, `${DEEPLAB_FILE}.2.part`);
    await writeFile(old, 'old');
    await writeFile(recent, 'of a process that may still be running');
    await utimes(old, 0, 0);
    const ranges: unknown[] = [];
    const from = await serve((request, response) => {
      ranges.push(request.headers.range);
      response.end(wrong);
    });
    await failure(pull(from));
    expect(ranges).toEqual([undefined]);
    expect(await readdir(directory)).toEqual([`${DEEPLAB_FILE}.2.part`]);
  });

  test('reports a directory that cannot be created', async () => {
    await writeFile(join(directory, 'file'), '');
    vi.stubEnv('ELSEWHERE_MODELS', join(directory, 'file', 'models'));
    const from = await serve((_, response) => response.end(wrong));
    expect((await failure(pull(from))).code).toBe('OUTPUT_UNWRITABLE');
  });
});
