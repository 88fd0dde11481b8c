import { DEFAULT_MODEL, EngineError, findModel } from '@elsewhere/engine';
import type { ModelState } from '@elsewhere/node';
import type { ModelsPlan } from '../arguments.js';
import { canRedraw, type Environment, hasColors } from '../environment.js';
import { CommandError } from '../errors.js';
import { EXIT_CODES, exitCodeOf } from '../exit-codes.js';
import type { Interruption } from '../interruption.js';
import { errorEvent, jsonLine } from '../json.js';
import { printError } from '../messages.js';
import { Milestones, progressBar } from '../progress.js';

/**
 * Runs `elsewhere models ...`.
 *
 * @param interruption - Aborts a download.
 * @returns The exit code.
 */
export async function manageModels(
  plan: ModelsPlan,
  environment: Environment,
  interruption: Interruption,
): Promise<number> {
  switch (plan.action) {
    case 'models list':
      return list(plan, environment);
    case 'models pull':
      return pull(plan, environment, interruption);
    case 'models verify':
      return verify(plan, environment);
  }
}

async function list({ style }: ModelsPlan, { stdout, listModels }: Environment): Promise<number> {
  const states = await listModels();
  if (style === 'json') {
    for (const state of states) stdout.write(jsonLine(modelEvent(state)));
    return EXIT_CODES.ok.value;
  }
  if (style === 'quiet') return EXIT_CODES.ok.value;
  const width = Math.max(...states.map(({ model }) => model.id.length));
  for (const { model, state } of states) {
    const size = model.bytes === undefined ? '' : megabytes(model.bytes);
    const mark = model.id === DEFAULT_MODEL ? ' (default)' : '';
    const columns = [model.id.padEnd(width), state.padEnd(7), size.padStart(7), model.runtime.padEnd(9)];
    stdout.write(`${columns.join('  ')}  ${model.title}${mark}\n`);
  }
  return EXIT_CODES.ok.value;
}

function modelEvent({ model, state, path }: ModelState): object {
  return { type: 'model', state, path, default: model.id === DEFAULT_MODEL, ...model };
}

async function pull(
  plan: Extract<ModelsPlan, { action: 'models pull' }>,
  environment: Environment,
  interruption: Interruption,
): Promise<number> {
  const { id, from, style } = plan;
  const { stdout, stderr, variables, pullModel, now } = environment;
  const redraws = style === 'people' && canRedraw(stderr, variables);
  const milestones = new Milestones(now());
  const onProgress = (bytes: number, totalBytes: number | undefined) => {
    if (style === 'quiet') return;
    if (style === 'json') {
      if (milestones.reached(now(), totalBytes && bytes / totalBytes) || bytes === totalBytes) {
        stdout.write(jsonLine({ type: 'progress', model: id, bytes, totalBytes }));
      }
      return;
    }
    const done = totalBytes === undefined ? undefined : bytes / totalBytes;
    const facts = [
      done === undefined ? '' : `${Math.floor(done * 100)} %  `,
      megabytes(bytes),
      totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`,
    ].join('');
    if (redraws) {
      const bar = done === undefined ? '' : `${progressBar(done, 28, hasColors(stderr, variables))}  `;
      stderr.write(`\r\x1b[2K${id}  ${bar}${facts}`);
    } else if (milestones.reached(now(), done)) {
      stderr.write(`${id}: ${facts}\n`);
    }
  };
  const { signal } = interruption;
  if (style === 'json') stdout.write(jsonLine({ type: 'start', model: id }));
  try {
    const { path, downloaded } = await pullModel(id, {
      onProgress,
      signal,
      ...(from === undefined ? {} : { from }),
    });
    if (redraws) stderr.write('\r\x1b[2K');
    if (style === 'json') stdout.write(jsonLine({ type: 'done', model: id, path, downloaded }));
    if (style === 'people') {
      stderr.write(
        `${id}: ${downloaded ? 'downloaded and verified' : 'already on this machine and intact'}\n`,
      );
      stdout.write(`${path}\n`);
    }
    return EXIT_CODES.ok.value;
  } catch (reason) {
    const error =
      signal.aborted && reason === signal.reason
        ? new CommandError('CANCELLED', `The download of the model '${id}' was cancelled.`)
        : reason;
    if (redraws) stderr.write('\r\x1b[2K');
    if (style === 'json') stdout.write(jsonLine({ ...errorEvent(error), model: id }));
    printError(error, environment);
    return signal.aborted ? (interruption.exitCode ?? exitCodeOf(error)) : exitCodeOf(error);
  }
}

async function verify(
  { id, style }: Extract<ModelsPlan, { action: 'models verify' }>,
  environment: Environment,
): Promise<number> {
  const { stdout, listModels, loadModel } = environment;
  if (id !== undefined) findModel(id);
  let exitCode: number = EXIT_CODES.ok.value;
  for (const state of await listModels()) {
    const { model } = state;
    if (id !== undefined && model.id !== id) continue;
    if (style === 'json') stdout.write(jsonLine(modelEvent(state)));
    try {
      if (state.state === 'absent' && id === undefined) {
        if (style === 'people') stdout.write(`${model.id}: not on this machine\n`);
        continue;
      }
      const { path } = await loadModel(model.id);
      if (style === 'people') stdout.write(`${model.id}: intact (${path})\n`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (style === 'json') stdout.write(jsonLine({ ...errorEvent(error), model: model.id }));
      printError(error, environment);
      exitCode = exitCodeOf(error);
    }
  }
  return exitCode;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
