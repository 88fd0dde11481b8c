import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import {
  type CatalogueModel,
  ElsewhereError,
  EngineError,
  findModel,
  MODEL_CATALOGUE,
  type ModelDescription,
  parseModelDescription,
} from '@elsewhere/engine';
import { verifyModel } from '@elsewhere/engine/internal';
import { MediaError } from './errors.js';

/** A model whose file was read and verified. */
export interface LoadedModel {
  /** The model's input, output and classes. */
  readonly model: ModelDescription;
  /** The file's contents. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The file's path. */
  readonly path: string;
}

/** A model of the catalogue and its state on this machine. */
export interface ModelState {
  readonly model: CatalogueModel;
  /**
   * - `bundled`: comes with Elsewhere's packages and is intact.
   * - `present`: downloaded, or placed there by hand, and intact.
   * - `absent`: not on this machine.
   * - `damaged`: there is a file, but not the one that the catalogue describes.
   */
  readonly state: 'bundled' | 'present' | 'absent' | 'damaged';
  /** Where the file is, or where it would be. */
  readonly path: string;
}

/** How {@link pullModel} downloads. */
export interface PullOptions {
  /** Called after each chunk that has arrived. `totalBytes` is `undefined` if the size is not known. */
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
  /** Aborts the download: it rejects with the signal's reason, and nothing is left behind. */
  readonly signal?: AbortSignal;
  /** The http(s) URL of a mirror. Default: the catalogue's URL. The file is verified in any case. */
  readonly from?: string;
  /** The download fails after this many seconds without a response or without a further byte. Default 30. */
  readonly timeoutSeconds?: number;
}

/** What {@link pullModel} did. */
export interface PullResult {
  /** Where the model's file is now. */
  readonly path: string;
  /** `false` if the file was there already and intact. */
  readonly downloaded: boolean;
}

/** The environment variables that decide where models are kept. */
export interface ModelEnvironment {
  readonly ELSEWHERE_MODELS?: string | undefined;
  readonly XDG_CACHE_HOME?: string | undefined;
  readonly LOCALAPPDATA?: string | undefined;
}

/** Larger files are rejected before they are read. */
const MAX_MODEL_BYTES = 512 * 2 ** 20;

/** A `.part` file that was not written to for this long is left over from a process that was killed. */
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * Where downloaded models are kept: `$ELSEWHERE_MODELS`, or `elsewhere/models` in the platform's cache directory
 * (`$XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`).
 *
 * @param environment - The environment variables. Default: those of this process.
 * @param platform - As in `process.platform`. Default: this one.
 * @returns An absolute path; the directory may not exist.
 */
export function modelDirectory(
  environment: ModelEnvironment = process.env,
  platform: string = process.platform,
): string {
  const chosen = environment.ELSEWHERE_MODELS;
  if (chosen) return resolve(chosen);
  return join(cacheDirectory(environment, platform), 'elsewhere', 'models');
}

/**
 * The platform's directory for caches.
 *
 * @param environment - The environment variables. Default: those of this process.
 * @param platform - As in `process.platform`. Default: this one.
 */
export function cacheDirectory(
  environment: ModelEnvironment = process.env,
  platform: string = process.platform,
): string {
  if (platform === 'win32') return environment.LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  const cache = environment.XDG_CACHE_HOME;
  return cache && isAbsolute(cache) ? cache : join(homedir(), '.cache');
}

/**
 * Reads a model's file and verifies it.
 *
 * @param nameOrPath - An id of the catalogue, or the path of a `.tflite` file. A file needs its description as
 * `NAME.json` beside it (see the engine's `parseModelDescription`), unless it is a file of the catalogue: those are
 * recognised by their SHA-256, under any name.
 * @throws `MODEL_UNKNOWN`, `MODEL_MISSING`, `MODEL_CHECKSUM` or `MODEL_INVALID`, each an {@link EngineError}.
 *
 * @example
 * ```ts
 * import { loadModel } from '@elsewhere/node';
 *
 * const { model, bytes } = await loadModel('selfie-landscape');
 * console.log(model.input.width, model.input.height, bytes.length);
 * ```
 */
export async function loadModel(nameOrPath: string): Promise<LoadedModel> {
  const known = MODEL_CATALOGUE.find((model) => model.id === nameOrPath);
  if (known) return loadKnownModel(known);
  if (!/[\\/]|\.tflite$/i.test(nameOrPath) && !(await fileExists(nameOrPath))) {
    const ids = MODEL_CATALOGUE.map((model) => model.id).join(', ');
    throw new EngineError(
      'MODEL_UNKNOWN',
      `There is no model '${nameOrPath}'. Use one of ${ids}, or the path of a .tflite file.`,
    );
  }
  return loadModelFile(nameOrPath);
}

/**
 * Lists the models of the catalogue and verifies their files.
 *
 * @returns One entry per model, in the catalogue's order.
 *
 * @example
 * ```ts
 * import { listModels } from '@elsewhere/node';
 *
 * for (const { model, state, path } of await listModels()) console.log(model.id, state, path);
 * ```
 */
export async function listModels(): Promise<ModelState[]> {
  return Promise.all(MODEL_CATALOGUE.map(modelState));
}

/**
 * Downloads a model of the catalogue into the {@link modelDirectory}, unless it is there already. The file appears under
 * its name only when it is complete and verified; an earlier attempt is never resumed.
 *
 * @param id - The model's id in the catalogue.
 * @throws `MODEL_UNKNOWN`, `MODEL_CHECKSUM` (the server sent another file), `DOWNLOAD_FAILED`, `OUTPUT_UNWRITABLE` or
 * `DISK_FULL`; if `signal` is aborted, its reason.
 *
 * @example
 * ```ts
 * import { pullModel } from '@elsewhere/node';
 *
 * const { path, downloaded } = await pullModel('selfie-square', { signal: AbortSignal.timeout(60_000) });
 * console.log(downloaded ? 'downloaded to' : 'already at', path);
 * ```
 */
export async function pullModel(id: string, options: PullOptions = {}): Promise<PullResult> {
  const model = findModel(id);
  const { state, path } = await modelState(model);
  if (state === 'bundled' || state === 'present') return { path, downloaded: false };
  if (model.source.kind !== 'url') {
    const { path: file } = await loadKnownModel(model);
    return { path: file, downloaded: false };
  }
  await download(model, options.from ?? model.source.url, path, options);
  return { path, downloaded: true };
}

async function modelState(model: CatalogueModel): Promise<ModelState> {
  const path = knownModelPath(model);
  const intact = model.source.kind === 'package' ? 'bundled' : 'present';
  try {
    await verifyModel(model, await readModelFile(path));
    return { model, state: intact, path };
  } catch (error) {
    const absent = error instanceof EngineError && error.code === 'MODEL_MISSING';
    return { model, state: absent ? 'absent' : 'damaged', path };
  }
}

/** The path of a model of the catalogue, whether the file exists or not. */
function knownModelPath({ id, source }: ModelDescription): string {
  switch (source.kind) {
    case 'package': {
      const require = createRequire(import.meta.url);
      try {
        return require.resolve(`${source.package}/${source.path}`);
      } catch {
        return join('node_modules', source.package, source.path);
      }
    }
    case 'url':
      return join(modelDirectory(), basename(new URL(source.url).pathname));
    case 'file':
      return join(modelDirectory(), `${id}.tflite`);
  }
}

async function loadKnownModel(model: ModelDescription): Promise<LoadedModel> {
  const path = knownModelPath(model);
  const bundled = model.source.kind === 'package';
  const bytes = await readModelFile(path).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'MODEL_MISSING') throw error;
    throw new EngineError(
      'MODEL_MISSING',
      bundled
        ? `The model '${model.id}' is missing from the installation ('${path}'). Run \`npm install\` again.`
        : `The model '${model.id}' is not on this machine. Run \`elsewhere models pull ${model.id}\`, or give the file's path.`,
      { cause: error },
    );
  });
  try {
    await verifyModel(model, bytes);
  } catch (cause) {
    const remedy = bundled ? 'Run `npm install` again.' : `Run \`elsewhere models pull ${model.id}\`.`;
    throw withAdvice(cause, `The file is '${path}'. ${remedy}`);
  }
  return { model, bytes, path };
}

async function loadModelFile(path: string): Promise<LoadedModel> {
  const bytes = await readModelFile(path);
  const description = await readDescription(path);
  if (description) {
    assertTflite(path, bytes);
    await verifyModel(description, bytes);
    return { model: description, bytes, path };
  }
  for (const model of MODEL_CATALOGUE) {
    if (await isIntact(model, bytes)) return { model, bytes, path };
  }
  const namesake = MODEL_CATALOGUE.find((model) => fileName(model) === basename(path));
  if (namesake) await verifyModel(namesake, bytes);
  assertTflite(path, bytes);
  throw new EngineError(
    'MODEL_INVALID',
    `The model '${path}' is not in the catalogue and has no description: describe its input and output in '${descriptionPath(path)}'.`,
  );
}

function fileName({ id, source }: ModelDescription): string {
  switch (source.kind) {
    case 'package':
      return basename(source.path);
    case 'url':
      return basename(new URL(source.url).pathname);
    case 'file':
      return `${id}.tflite`;
  }
}

async function isIntact(model: ModelDescription, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return verifyModel(model, bytes).then(
    () => true,
    () => false,
  );
}

async function readModelFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new EngineError('MODEL_INVALID', `The model '${path}' is not a file.`);
    if (info.size > MAX_MODEL_BYTES) {
      throw new EngineError(
        'MODEL_INVALID',
        `The model '${path}' is larger than ${MAX_MODEL_BYTES / 2 ** 20} MiB: it is not a segmentation model.`,
      );
    }
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    if (cause instanceof ElsewhereError) throw cause;
    if (isSystemError(cause) && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) {
      throw new EngineError('MODEL_MISSING', `The model file '${path}' does not exist.`, { cause });
    }
    throw new EngineError('MODEL_INVALID', `The model file '${path}' cannot be read: ${reason(cause)}.`, {
      cause,
    });
  }
}

function descriptionPath(path: string): string {
  return `${path.replace(/\.tflite$/i, '')}.json`;
}

async function readDescription(path: string): Promise<ModelDescription | undefined> {
  const file = descriptionPath(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT') return undefined;
    throw new EngineError('MODEL_INVALID', `The description '${file}' cannot be read: ${reason(cause)}.`, {
      cause,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('MODEL_INVALID', `The description '${file}' is not JSON: ${reason(cause)}.`, {
      cause,
    });
  }
  try {
    return parseModelDescription(json);
  } catch (cause) {
    throw withAdvice(cause, `It is '${file}'.`);
  }
}

/** TensorFlow Lite files carry the FlatBuffers identifier `TFL3` at byte 4. */
function assertTflite(path: string, bytes: Uint8Array): void {
  if (String.fromCharCode(...bytes.subarray(4, 8)) === 'TFL3') return;
  throw new EngineError('MODEL_INVALID', `'${path}' is not a TensorFlow Lite model.`);
}

/** Downloads into a `.part` file beside `path`, verifies that, and renames it. */
async function download(model: ModelDescription, from: string, path: string, options: PullOptions) {
  const { signal, timeoutSeconds = 30, onProgress } = options;
  const byHand = `You can also download the file yourself and put it at '${path}'.`;
  const part = `${path}.${process.pid}.part`;
  const watchdog = new Watchdog(timeoutSeconds);
  let received = 0;
  try {
    signal?.throwIfAborted();
    await prepareDirectory(path);
    const response = await fetch(httpUrl(from), {
      signal: signal ? AbortSignal.any([signal, watchdog.signal]) : watchdog.signal,
    });
    watchdog.feed();
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      const answer = `${response.status} ${response.statusText}`.trim();
      throw new MediaError(
        'DOWNLOAD_FAILED',
        `The model '${model.id}' could not be downloaded: ${from} answered ${answer}. ${byHand}`,
      );
    }
    const total = model.bytes ?? contentLength(response);
    await writeAll(part, response.body, (bytes) => {
      watchdog.feed();
      received += bytes;
      if (received > (total ?? MAX_MODEL_BYTES)) {
        throw new EngineError(
          'MODEL_CHECKSUM',
          `${from} sends more than the ${total ?? MAX_MODEL_BYTES} bytes of the model '${model.id}': it is another file. ${byHand}`,
        );
      }
      onProgress?.(received, total);
    });
    await verifyModel(model, await readModelFile(part)).catch((error: unknown) => {
      throw withAdvice(error, `It came from ${from}. ${byHand}`);
    });
    signal?.throwIfAborted();
    await rename(part, path);
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {});
    signal?.throwIfAborted();
    if (cause instanceof ElsewhereError) throw cause;
    if (isSystemError(cause)) throw diskError(path, cause);
    const what = received > 0 ? `failed after ${received} bytes` : 'did not start';
    const why = watchdog.signal.aborted ? `no data for ${timeoutSeconds} seconds` : networkReason(cause);
    throw new MediaError(
      'DOWNLOAD_FAILED',
      `The download of the model '${model.id}' from ${from} ${what} (${why}). Check the network connection. ${byHand}`,
      { cause },
    );
  } finally {
    watchdog.stop();
  }
}

/** Aborts its signal if `feed()` is not called for some seconds. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number) {
    this.#timer = setTimeout(() => this.#controller.abort(), seconds * 1000);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  feed(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function httpUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw new MediaError('DOWNLOAD_FAILED', `'${address}' is not an http or https address.`);
}

function contentLength(response: Response): number | undefined {
  const length = Number(response.headers.get('content-length'));
  return Number.isInteger(length) && length > 0 ? length : undefined;
}

/** Creates the directory, and deletes what killed processes have left of this file. */
async function prepareDirectory(path: string): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith('.part')) continue;
    const left = join(directory, name);
    const { mtimeMs } = await stat(left);
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(left, { force: true });
  }
}

async function writeAll(path: string, body: ReadableStream<Uint8Array>, onChunk: (bytes: number) => void) {
  const file = await open(path, 'w');
  const reader = body.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      onChunk(piece.value.length);
      await file.writeFile(piece.value);
    }
    await file.sync();
  } finally {
    await reader.cancel().catch(() => {});
    await file.close();
  }
}

async function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'errno' in error && 'code' in error && typeof error.code === 'string';
}

/** What the system says: `permission denied` of `EACCES: permission denied, open 'x'`. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isSystemError(error) ? (/^\w+: (.+?), /.exec(message)?.[1] ?? message) : message.replace(/\.$/, '');
}

/** `fetch` reports what happened as the cause of its error, sometimes as the first of several. */
function networkReason(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors.length > 0) inner = inner.errors[0];
  return inner instanceof Error ? inner.message.replace(/\.$/, '') : String(inner);
}

function diskError(path: string, cause: NodeJS.ErrnoException): MediaError {
  return cause.code === 'ENOSPC'
    ? new MediaError('DISK_FULL', `There is no space left for the model at '${path}'.`, { cause })
    : new MediaError('OUTPUT_UNWRITABLE', `The model cannot be written to '${path}': ${reason(cause)}.`, {
        cause,
      });
}

/** The same error with another sentence. */
function withAdvice(error: unknown, advice: string): unknown {
  if (!(error instanceof EngineError)) return error;
  return new EngineError(error.code, `${error.message} ${advice}`, { cause: error });
}
