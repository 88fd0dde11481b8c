import type { VirtualCamera, VirtualCameraSettings, VirtualCameraStatus } from '@elsewhere/node';
import type { Environment } from '../environment.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Interruption } from '../interruption.js';
import { jsonLine } from '../json.js';
import { printError, printNote } from '../messages.js';
import type { Style } from '../style.js';
import type { RunOptions } from './plan.js';
import { socketFolder } from './protocol.js';
import { stateSentence } from './sentences.js';
import { ControlServer } from './server.js';

const KEYS = 'Keys: p pause or resume, b blur or background, m mirror, f follow, q quit.';

/**
 * Runs a virtual camera until it is stopped: by Ctrl-C, a key, the control socket or `--duration`.
 *
 * @returns The exit code: 0 when it is ended.
 * @throws An `ElsewhereError` about the camera, the output, the background or the options.
 */
export async function runVirtualCamera(
  { options, style }: { readonly options: RunOptions; readonly style: Style },
  environment: Environment,
  interruption: Interruption,
): Promise<number> {
  const { openVirtualCamera, keyboard } = environment;
  // Like a recording, the first Ctrl-C ends it and does not abort it.
  interruption.recording();
  const virtual = await openVirtualCamera({ ...options, onChange: changePrinter(style, environment) });
  const stop = () => void virtual.stop();
  interruption.stop.addEventListener('abort', stop, { once: true });
  if (interruption.stop.aborted) stop();
  for (const message of virtual.warnings) {
    if (style === 'json') environment.stdout.write(jsonLine({ type: 'warning', message }));
    if (style === 'people') printNote('warning', message, environment);
  }
  const server = await openControl(virtual, stop, environment);
  const isInteractive = style === 'people' && keyboard !== undefined;
  if (isInteractive) printNote('', KEYS, environment);
  const release = isInteractive
    ? keyboard.listen(keyHandler(virtual, () => interruption.interrupt('interrupt'), environment))
    : undefined;
  try {
    await virtual.ended;
    return EXIT_CODES.ok.value;
  } catch (error) {
    // Its reader has seen enough.
    if (options.output === '-' && isClosedPipe(error)) return EXIT_CODES.pipe.value;
    throw error;
  } finally {
    release?.();
    await server?.close();
  }
}

/** Prints a line for each new state. */
function changePrinter(style: Style, environment: Environment): (status: VirtualCameraStatus) => void {
  let last = '';
  return (status) => {
    if (style === 'json') environment.stdout.write(jsonLine({ type: 'status', ...status }));
    const sentence = stateSentence(status);
    if (style === 'people' && sentence !== last) printNote('', sentence, environment);
    last = sentence;
  };
}

async function openControl(
  virtual: VirtualCamera,
  stop: () => void,
  environment: Environment,
): Promise<ControlServer | undefined> {
  const folder = socketFolder(environment.variables);
  if (folder === undefined) return undefined;
  try {
    const server = await ControlServer.open(folder, virtual, stop);
    if (server) return server;
    const message = `Another process is controlled as ${virtual.status.output}: this one can be stopped with Ctrl-C only.`;
    printNote('warning', message, environment);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    printNote('warning', `There is no control socket: ${why}.`, environment);
  }
  return undefined;
}

/** What each key does. */
function keyHandler(
  virtual: VirtualCamera,
  interrupt: () => void,
  environment: Environment,
): (key: string) => void {
  const given = virtual.status.background;
  const set = (changes: VirtualCameraSettings) =>
    void virtual.set(changes).catch((error) => printError(error, environment));
  return (key) => {
    const { state, settings, background } = virtual.status;
    switch (key) {
      case 'p':
        if (state === 'paused') virtual.resume();
        else virtual.pause();
        break;
      case 'b':
        set({ background: background === given && given.type !== 'blur' ? { type: 'blur' } : given });
        break;
      case 'm':
        set({ mirror: !settings.mirror });
        break;
      case 'f':
        set({ follow: !settings.follow });
        break;
      case 'q':
      case '\x03':
        interrupt();
        break;
    }
  };
}

function isClosedPipe(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'EPIPE';
}
