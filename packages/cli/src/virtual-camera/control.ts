import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../environment.js';
import { CommandError, usageError } from '../errors.js';
import { EXIT_CODES, isErrorCode } from '../exit-codes.js';
import { jsonLine } from '../json.js';
import type { ControlPlan } from './plan.js';
import { type ControlRequest, type ControlResponse, socketFolder, socketName } from './protocol.js';
import { stateSentence, statusLines } from './sentences.js';

/**
 * Sends a request to a virtual camera that runs, and prints its answer.
 *
 * @returns The exit code.
 * @throws An `ElsewhereError`: `NOT_RUNNING`, or what the other process says.
 */
export async function controlVirtualCamera(
  { request, to, style }: ControlPlan,
  { stdout, variables }: Pick<Environment, 'stdout' | 'variables'>,
): Promise<number> {
  const response = await send(findSocket(to, socketFolder(variables)), request);
  if ('error' in response) {
    const { code, message } = response.error;
    throw isErrorCode(code) ? new CommandError(code, message) : new Error(message);
  }
  const { status } = response;
  if (style === 'json') stdout.write(jsonLine({ type: 'status', ...status }));
  if (style !== 'people') return EXIT_CODES.ok.value;
  if (request.command === 'stop') stdout.write('Stopped.\n');
  else {
    const lines = request.command === 'status' ? statusLines(status) : [stateSentence(status)];
    stdout.write(`${lines.join('\n')}\n`);
  }
  return EXIT_CODES.ok.value;
}

function findSocket(to: string | undefined, folder: string | undefined): string {
  if (folder === undefined) {
    throw usageError('There is no folder for sockets: set XDG_RUNTIME_DIR, as systemd does at login.');
  }
  if (to !== undefined) return join(folder, socketName(to));
  const names = sockets(folder);
  const [name] = names;
  if (name === undefined) throw notRunning();
  if (names.length > 1) {
    const outputs = names.map((each) => each.replace(/\.sock$/, '')).join(', ');
    throw usageError(`Several virtual cameras run: say which with --to (${outputs}).`);
  }
  return join(folder, name);
}

function sockets(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.sock'));
  } catch {
    return [];
  }
}

function send(path: string, request: ControlRequest): Promise<ControlResponse> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(path, () => socket.write(jsonLine(request)));
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => {
      text += data;
    });
    socket.on('end', () => {
      socket.end();
      try {
        resolve(JSON.parse(text));
      } catch (cause) {
        reject(notRunning(cause));
      }
    });
    socket.on('error', (cause) => reject(notRunning(cause)));
  });
}

function notRunning(cause?: unknown): CommandError {
  return new CommandError(
    'NOT_RUNNING',
    'There is no virtual camera to control: start one with elsewhere virtual-camera.',
    { cause },
  );
}
