import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { WriteStream } from 'node:tty';
import type { Environment, Output } from './environment.js';
import { EXIT_CODES } from './exit-codes.js';
import { disk } from './files.js';
import { Interruption, type InterruptionKind } from './interruption.js';
import { run } from './run.js';
import { openBrowser } from './studio/browser.js';

/** The grace period for a worker that keeps the process alive after the command is done. */
const SHUTDOWN_MS = 1000;

/** Aborting takes less than a second; after this time it hangs. */
const ABORT_MS = 5000;

const SIGNALS: Readonly<Partial<Record<NodeJS.Signals, InterruptionKind>>> = {
  SIGINT: 'interrupt',
  SIGTERM: 'terminate',
  SIGHUP: 'hangup',
};

/** Runs the command in this process: real files, real signals. Sets the process's exit code. */
export async function main(): Promise<void> {
  const environment: Environment = {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    variables: process.env,
    files: disk,
    now: () => performance.now() / 1000,
    // The media library is loaded only where it is needed: help and completion are printed at once.
    convert: async (...args) => (await import('@elsewhere/node')).convert(...args),
    listModels: async () => (await import('@elsewhere/node')).listModels(),
    loadModel: async (name) => (await import('@elsewhere/node')).loadModel(name),
    pullModel: async (...args) => (await import('@elsewhere/node')).pullModel(...args),
    serveStudio: async (...args) => (await import('./studio/serve.js')).serveStudio(...args),
    openBrowser,
  };
  const interruption = new Interruption(endAtOnce);
  interruption.signal.addEventListener('abort', () => {
    setTimeout(() => endAtOnce(interruption.kind ?? 'interrupt'), ABORT_MS).unref();
  });
  for (const [signal, kind] of Object.entries(SIGNALS)) {
    process.on(signal, () => interruption.interrupt(kind));
  }
  // The reader of our output is gone: everything is aborted. Each further write fails, too.
  process.stdout.once('error', () => interruption.interrupt('pipe'));
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  process.exitCode = await run(process.argv.slice(2), version(), environment, interruption);
  setTimeout(() => process.exit(), interruption.signal.aborted ? 0 : SHUTDOWN_MS).unref();
}

/**
 * Ends the process as the signal would have, whatever its threads are doing: shells see the same exit code. `process.exit`
 * stops threads in the middle of native code, which may crash before the exit code is set.
 */
function endAtOnce(kind: InterruptionKind): void {
  const code = EXIT_CODES[kind].value;
  const signal = Object.entries(SIGNALS).find(([, other]) => other === kind)?.[0];
  if (signal) {
    process.emit('exit', code); // deletes incomplete files
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exit(code);
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
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
