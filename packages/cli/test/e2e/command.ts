import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as media from '@elsewhere/node';
import { expect, inject } from 'vitest';
import type { Environment } from '../../src/environment.js';
import { disk } from '../../src/files.js';
import { Interruption } from '../../src/interruption.js';
import { run } from '../../src/run.js';
import type {} from './setup.js';

/** The command's script. */
export const ELSEWHERE = fileURLToPath(new URL('../../bin/elsewhere.js', import.meta.url));

/** The result of a run of the command. */
export interface Outcome {
  /** `null` when a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Resolves as soon as standard output (or error), as printed so far, matches. */
  until(stream: 'stdout' | 'stderr', pattern: RegExp): Promise<void>;
}

/** The command's surroundings. */
export interface RunOptions {
  /** The working directory. */
  readonly cwd?: string;
  /** Environment variables, added to those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

// Models that were downloaded on this machine must not influence tests.
process.env['ELSEWHERE_MODELS'] = join(tmpdir(), 'elsewhere-e2e-no-models');

/** Creates a directory, which is removed when all tests are done. */
export function newDirectory(): string {
  return mkdtempSync(join(inject('conversions'), 'e2e-'));
}

/** Starts the command as a process of its own, for behaviour that only a process has. */
export function startProcess(argv: readonly string[], { cwd, env }: RunOptions = {}): Run {
  const child = spawn(process.execPath, [ELSEWHERE, ...argv], {
    cwd: cwd ?? tmpdir(),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  let noted = () => {};
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8');
    child[stream].on('data', (data: string) => {
      text[stream] += data;
      noted();
    });
  }
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...text });
      noted();
    });
  });
  return {
    child,
    ended,
    until: (stream, pattern) =>
      new Promise((resolve, reject) => {
        noted = () => {
          if (pattern.test(text[stream])) resolve();
          else if (child.exitCode !== null || child.signalCode !== null) {
            reject(new Error(`ended without ${pattern}: ${text.stdout}${text.stderr}`));
          }
        };
        noted();
      }),
  };
}

/** Runs the command as a process of its own until it ends. */
export function runProcess(argv: readonly string[], options?: RunOptions): Promise<Outcome> {
  return startProcess(argv, options).ended;
}

/** How {@link elsewhere} runs the command. */
interface InProcessOptions {
  /** The working directory. */
  readonly cwd?: string;
  /** Called with each piece of standard output and error; may interrupt the command. */
  readonly onOutput?: (text: string, interruption: Interruption) => void;
}

/**
 * Runs the whole command in this process, with real files and real conversions. Starting a process would take longer than most
 * of what tests convert.
 */
export async function elsewhere(
  argv: readonly string[],
  { cwd, onOutput = () => {} }: InProcessOptions = {},
): Promise<Outcome> {
  const text = { stdout: '', stderr: '' };
  const interruption = new Interruption((kind) => {
    throw new Error(`ended by ${kind}`);
  });
  const output = (stream: 'stdout' | 'stderr') => ({
    write(written: string) {
      text[stream] += written;
      onOutput(written, interruption);
    },
    isTTY: false,
    columns: undefined,
  });
  const environment: Environment = {
    ...media,
    stdout: output('stdout'),
    stderr: output('stderr'),
    variables: {},
    files: disk,
    now: () => performance.now() / 1000,
    serveStudio: () => Promise.reject(new Error('These tests do not start the studio.')),
    openBrowser: () => {},
    keyboard: undefined,
    runProgram: () => Promise.reject(new Error('These tests start no services.')),
    command: [process.execPath, ELSEWHERE],
    directory: cwd ?? process.cwd(),
  };
  const cwdBefore = process.cwd();
  if (cwd !== undefined) process.chdir(cwd);
  try {
    const code = await run(argv, '0.0.0', environment, interruption);
    return { code, signal: null, ...text };
  } finally {
    process.chdir(cwdBefore);
  }
}

/** Converts in this process, expecting success. Returns the `done` event and the warnings. */
export async function convert(
  input: string,
  output: string,
  options: readonly string[] = [],
  { code = 0 }: { readonly code?: number } = {},
): Promise<Done> {
  const outcome = await elsewhere([input, '-o', output, '--json', ...options]);
  expect(outcome, outcome.stderr).toMatchObject({ code, stderr: '' });
  const events = eventsOf(outcome);
  const done = events.find(({ type }) => type === 'done');
  if (!done) throw new Error(`no done event: ${outcome.stdout}`);
  return {
    frames: done.frames ?? 0,
    width: done.width ?? 0,
    height: done.height ?? 0,
    ...(done.lostSeconds === undefined ? {} : { lostSeconds: done.lostSeconds }),
    warnings: events.flatMap(({ type, message }) => (type === 'warning' && message ? [message] : [])),
  };
}

/** The `done` event of a conversion, with its warnings. */
export interface Done {
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly lostSeconds?: number;
  readonly warnings: readonly string[];
}

/** One line of `--json`. */
export interface Event {
  readonly type: string;
  readonly input?: string;
  readonly output?: string;
  readonly frames?: number;
  readonly seconds?: number;
  readonly totalSeconds?: number;
  readonly percent?: number;
  readonly width?: number;
  readonly height?: number;
  readonly lostSeconds?: number;
  readonly damaged?: boolean;
  readonly message?: string;
  readonly code?: string;
  readonly exitCode?: number;
}

/** Parses the output of `--json`. Fails unless each line is one JSON object. */
export function eventsOf({ stdout }: Pick<Outcome, 'stdout'>): Event[] {
  if (stdout === '') return [];
  expect(stdout.endsWith('\n'), 'the last line is complete').toBe(true);
  return stdout
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const event: unknown = JSON.parse(line);
      if (typeof event !== 'object' || event === null || !('type' in event)) throw new Error(line);
      return event as Event;
    });
}

/** Fails unless a run ended with one message on standard error and this exit code. */
export function expectRefusal(outcome: Outcome, code: number, sentence: RegExp): void {
  expect(outcome.stderr).toMatch(/^elsewhere: [A-Z'"/.\w][^\n]*[.!?]\n$/);
  expect(outcome.stderr).toMatch(sentence);
  expect(outcome.stderr).not.toMatch(/\n\s+at |Error:|\.[jt]s:\d+|node_modules|undefined|\[object|NaN/);
  expect(outcome).toMatchObject({ code, signal: null, stdout: '' });
}

/** All files in a directory, including hidden ones, with the hashes of their contents. */
export function contentsOf(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(directory.length + 1)] = entry.isFile()
      ? hashOf(path)
      : entry.isSymbolicLink()
        ? `-> ${readlinkSync(path)}`
        : 'other';
  }
  return found;
}

/** The SHA-256 of a file. */
export function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
