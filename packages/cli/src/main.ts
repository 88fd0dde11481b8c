import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import type { WriteStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { prepareThread } from '@elsewhere/node/internal/prepare';
import type { Environment, Output } from './environment.js';
import { EXIT_CODES } from './exit-codes.js';
import { disk } from './files.js';
import { Interruption, type InterruptionKind } from './interruption.js';
import { openBrowser } from './studio/browser.js';
import { terminalKeyboard } from './virtual-camera/keyboard.js';

/** The grace period for a worker that keeps the process alive after the command is done. */
const SHUTDOWN_MS = 1000;

/** Aborting takes less than a second; after this time it hangs. */
const ABORT_MS = 5000;

const SIGNAL_OF: Readonly<Record<InterruptionKind, NodeJS.Signals>> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  hangup: 'SIGHUP',
  pipe: 'SIGPIPE',
};

/**
 * Runs the command in this process: real files, real signals. Sets the process's exit code.
 *
 * @param v8Flags - Flags of V8 to set before WebAssembly is compiled.
 */
export async function main(v8Flags: readonly string[]): Promise<void> {
  quietDrivers();
  const argv = process.argv.slice(2);
  if (mayConvert(argv)) prepareThread({ v8Flags });
  // It processes frames in this thread.
  else if (argv[0] === 'virtual-camera') for (const each of v8Flags) setFlagsFromString(each);
  // Loaded while the thread starts.
  const { run } = await import('./run.js');
  const environment: Environment = {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    variables: process.env,
    files: disk,
    now: () => performance.now() / 1000,
    convert: async (...args) => (await import('@elsewhere/node/internal/convert')).convert(...args),
    listModels: async () => (await import('@elsewhere/node')).listModels(),
    loadModel: async (name) => (await import('@elsewhere/node')).loadModel(name),
    pullModel: async (...args) => (await import('@elsewhere/node')).pullModel(...args),
    serveStudio: async (...args) => (await import('./studio/serve.js')).serveStudio(...args),
    openBrowser,
    openVirtualCamera: async (...args) => (await import('@elsewhere/node')).openVirtualCamera(...args),
    listVideoDevices: async () => (await import('@elsewhere/node')).listVideoDevices(),
    keyboard: process.stdin.isTTY ? terminalKeyboard(process.stdin) : undefined,
    runProgram,
    command: [process.execPath, fileURLToPath(new URL('../../bin/elsewhere.js', import.meta.url))],
    directory: process.cwd(),
  };
  const interruption = new Interruption(endAtOnce);
  interruption.signal.addEventListener('abort', () => {
    setTimeout(() => endAtOnce(interruption.kind ?? 'interrupt'), ABORT_MS).unref();
  });
  for (const kind of ['interrupt', 'terminate', 'hangup'] as const) {
    process.on(SIGNAL_OF[kind], () => interruption.interrupt(kind));
  }
  // The reader of our output is gone: everything is aborted. Each further write fails, too.
  process.stdout.once('error', () => interruption.interrupt('pipe'));
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const code = await run(argv, version(), environment, interruption);
  // What is in native code and cannot be interrupted is not waited for.
  if (interruption.kind && code === interruption.exitCode) endAtOnce(interruption.kind);
  process.exitCode = code;
  setTimeout(() => process.exit(), SHUTDOWN_MS).unref();
}

/** Whether these arguments may ask for a conversion, not for a text or another subcommand. */
function mayConvert(argv: readonly string[]): boolean {
  const [first] = argv;
  if (first === undefined || ['studio', 'virtual-camera', 'models', 'completion'].includes(first))
    return false;
  return !argv.some((argument) => ['-h', '--help', '-V', '--version'].includes(argument));
}

/**
 * Ends the process as the signal would have, whatever its threads are doing: shells see the same exit code. `process.exit`
 * waits for threads in the middle of native code, which may never end, or crash before the exit code is set.
 */
function endAtOnce(kind: InterruptionKind): void {
  const signal = SIGNAL_OF[kind];
  const code = EXIT_CODES[kind].value;
  process.emit('exit', code); // deletes incomplete files
  // Node ignores SIGPIPE; a signal without a handler, after one with a handler, does what it does by default.
  process.on(signal, () => {});
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // The first process of a container gets no signals.
  process.exit(code);
}

function runProgram(
  name: string,
  argv: readonly string[],
): Promise<{ readonly code: number; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stderr }));
  });
}

function version(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('@elsewhere/cli/package.json');
  return manifest.version;
}

function output(stream: WriteStream): Output {
  return {
    write(text) {
      if (stream.writable) stream.write(text);
    },
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}

/**
 * Layers that other programs have added to Vulkan, and Mesa's software driver, which is no use here, print to the terminal from
 * native code where they are loaded. What the user has set stays.
 */
function quietDrivers(): void {
  process.env['VK_LOADER_LAYERS_DISABLE'] ??= '~implicit~';
  process.env['VK_LOADER_DRIVERS_DISABLE'] ??= '*lvp*';
}
