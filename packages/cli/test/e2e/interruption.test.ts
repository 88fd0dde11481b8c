import { execFileSync, spawn } from 'node:child_process';
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeVideo } from '../../../node/test/media/make.js';
import {
  contentsOf,
  ELSEWHERE,
  elsewhere,
  eventsOf,
  newDirectory,
  type Run,
  startProcess,
} from './command.js';
import { decode } from './inspect.js';

let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(() => {
  directory = newDirectory();
  // Ten minutes: a command that ignores signals is still converting when the test times out.
  makeVideo(at('long.mp4'), {
    picture: 'smptebars=size=320x180:rate=25:duration=1.6',
    audio: [{ source: 'sine=duration=1.6' }],
    repeat: { times: 375, seconds: 1.6 },
  });
  linkSync(at('long.mp4'), at('longer.mp4'));
});

/** Processes whose parent, or whose parent's parent, is this one. */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      // The name of the process, in parentheses, may contain anything.
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended in the meantime.
    }
  }
  const found: number[] = [];
  for (const [child, parent] of parents) if (parent === pid || found.includes(parent)) found.push(child);
  return found;
}

/** Sends a signal and waits for the end. Returns the exit code as a shell reports it: 128 plus the number of the signal, if one
 * ended the process. */
async function signalled(run: Run, signal: NodeJS.Signals): Promise<number | null> {
  run.child.kill(signal);
  const { code, signal: last } = await run.ended;
  return last ? 128 + constants.signals[last] : code;
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('during a conversion', () => {
  test.each([
    ['SIGINT', 130, 'out.mp4', []],
    ['SIGINT', 130, 'out.webm', ['--preset', 'best', '--crf', '5']],
    ['SIGTERM', 143, 'out.mp4', []],
    ['SIGHUP', 129, 'out.mkv', ['--codec', 'hevc', '--preset', 'veryslow']],
  ] as const)(
    '%s ends it with exit code %i and leaves nothing of %s and no process',
    async (signal, code, name, options) => {
      const before = contentsOf(directory);
      const run = startProcess([at('long.mp4'), '-o', at(name), '--json', ...options]);
      await run.until('stdout', /"frames":[1-9]/);
      // The output is written next to the result, under another name.
      expect(Object.keys(contentsOf(directory)).filter((path) => !(path in before))).toEqual([
        expect.stringMatching(/^\..+\.part$/),
      ]);
      const children = descendantsOf(run.child.pid ?? 0);
      expect(await signalled(run, signal)).toBe(code);
      expect(contentsOf(directory)).toEqual(before);
      expect(children.filter(isRunning)).toEqual([]);
      const outcome = await run.ended;
      const events = eventsOf(outcome);
      expect(events.at(-1)).toMatchObject({ type: 'error', code: 'CANCELLED', exitCode: code });
      expect(outcome.stderr).toBe('');
    },
  );

  test('an interruption is reported in one line', async () => {
    // Short enough for a progress line at 10 %.
    makeVideo(at('minutes.mp4'), {
      picture: 'smptebars=size=320x180:rate=25:duration=1.6',
      repeat: { times: 60, seconds: 1.6 },
    });
    // If no GPU can be opened, the library prints a warning on the attempt.
    const run = startProcess([at('minutes.mp4'), '-o', at('out.mp4'), '--backend', 'cpu']);
    await run.until('stderr', /minutes\.mp4: [1-9]\d %/);
    expect(await signalled(run, 'SIGINT')).toBe(130);
    const { stderr, stdout } = await run.ended;
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('minutes.mp4: interrupted, nothing was written');
    expect(stderr).not.toMatch(/\n\s+at |Error/);
  });

  // A thread that is terminated while it loads native libraries can crash the process, so several moments are tried.
  test('an interruption before the first frame works at any moment', async () => {
    const before = contentsOf(directory);
    const found = await Promise.all(
      [0, 1, 2].map(async (lane) => {
        const codes: string[] = [];
        for (let round = 0; round < 5; round++) {
          const run = startProcess([at('long.mp4'), '-o', at(`early-${lane}.mp4`), '--json']);
          await run.until('stdout', /"type":"start"/);
          await setTimeout(30 * (5 * lane + round));
          const code = await signalled(run, 'SIGINT');
          const { stderr } = await run.ended;
          codes.push(`${code} ${stderr}`.trim());
        }
        return codes;
      }),
    );
    expect(found.flat()).toEqual(Array(15).fill('130'));
    expect(contentsOf(directory)).toEqual(before);
  });

  test('two signals at once, and a second Ctrl-C right after the first, end it', async () => {
    const before = contentsOf(directory);
    const run = startProcess([at('long.mp4'), at('longer.mp4'), '-o', `${directory}/`, '-j', '2', '--json']);
    await run.until('stdout', /"frames":[1-9]/);
    run.child.kill('SIGINT');
    expect(await signalled(run, 'SIGINT')).toBe(130);
    eventsOf(await run.ended);
    expect(Object.keys(contentsOf(directory)).filter((path) => !(path in before))).toEqual([]);
  });

  // A thread in native code cannot be ended: here it waits for a pipe into which nothing is written.
  test('Ctrl-C ends it while its thread waits for a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const before = contentsOf(directory);
    const run = startProcess([at('pipe'), '-o', at('piped.mp4'), '--json']);
    // This waits until the thread has opened the pipe.
    const writer = await open(at('pipe'), 'w');
    expect(await signalled(run, 'SIGINT')).toBe(130);
    await writer.close();
    expect(contentsOf(directory)).toEqual(before);
  });

  test('another Ctrl-C during the grace period ends it at once and leaves nothing behind', async () => {
    const before = contentsOf(directory);
    for (const wait of [1, 5, 20, 60]) {
      const run = startProcess([
        at('long.mp4'),
        at('longer.mp4'),
        '-o',
        `${directory}/`,
        '-j',
        '2',
        '--json',
      ]);
      await run.until('stdout', /"frames":[1-9]/);
      run.child.kill('SIGINT');
      await setTimeout(wait);
      expect(await signalled(run, 'SIGINT')).toBe(130);
      expect(contentsOf(directory)).toEqual(before);
    }
  });

  test('--overwrite keeps the existing file when it is interrupted', async () => {
    writeFileSync(at('precious.mp4'), 'precious');
    const before = contentsOf(directory);
    const run = startProcess([at('long.mp4'), '-o', at('precious.mp4'), '--overwrite', '--json']);
    await run.until('stdout', /"frames":[1-9]/);
    expect(await signalled(run, 'SIGTERM')).toBe(143);
    expect(contentsOf(directory)).toEqual(before);
  });

  test('it ends silently when its output is closed', async () => {
    const before = contentsOf(directory);
    // `head` reads one line and exits; the shell reports the exit code of the command.
    const script = '{ "$@"; echo $? >"$STATUS"; } 2>"$ERRORS" | head -n 1';
    const notes = newDirectory();
    const env = { ...process.env, STATUS: join(notes, 'status'), ERRORS: join(notes, 'errors') };
    const argv = [process.execPath, ELSEWHERE, at('long.mp4'), '-o', at('out.mp4'), '--json'];
    const shell = spawn('sh', ['-c', script, 'sh', ...argv], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let line = '';
    shell.stdout.setEncoding('utf8').on('data', (data: string) => {
      line += data;
    });
    await new Promise((resolve) => shell.on('close', resolve));
    expect(JSON.parse(line)).toMatchObject({ type: 'start' });
    expect(readFileSync(join(notes, 'status'), 'utf8')).toBe('141\n');
    expect(readFileSync(join(notes, 'errors'), 'utf8')).toBe('');
    expect(contentsOf(directory)).toEqual(before);
  });
});

describe('during a recording', () => {
  const take = () => ['lavfi:testsrc2=size=640x360:rate=25', '-o', at('take.mp4'), '--json'];

  test('Ctrl-C ends the recording and completes the file', async () => {
    const before = contentsOf(directory);
    const run = startProcess(take());
    await run.until('stdout', /"frames":[1-9]/);
    expect(await signalled(run, 'SIGINT')).toBe(0);
    const done = eventsOf(await run.ended).at(-1);
    expect(done).toMatchObject({ type: 'done' });
    expect(decode(at('take.mp4'))).toHaveLength(done?.frames ?? 0);
    rmSync(at('take.mp4'));
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a second signal discards the recording', async () => {
    const before = contentsOf(directory);
    const run = startProcess(take());
    await run.until('stdout', /"frames":[1-9]/);
    // The process is stopped, so both signals are pending before it handles the first. Two equal signals would become one.
    for (const signal of ['SIGSTOP', 'SIGINT', 'SIGTERM'] as const) run.child.kill(signal);
    const code = await signalled(run, 'SIGCONT');
    // The system decides which of two pending signals is handled last; the exit code is that signal's.
    expect([130, 143]).toContain(code);
    const { stdout, stderr } = await run.ended;
    expect(eventsOf({ stdout }).at(-1)).toMatchObject({ type: 'error', code: 'CANCELLED', exitCode: code });
    expect(stderr).toBe('');
    expect(contentsOf(directory)).toEqual(before);
  });

  test('a second Ctrl-C discards the recording', async () => {
    const before = contentsOf(directory);
    const outcome = await elsewhere(take(), {
      onOutput(text, interruption) {
        if (!/"frames":[1-9]/.test(text) || interruption.stop.aborted) return;
        interruption.interrupt('interrupt');
        interruption.interrupt('interrupt');
      },
    });
    expect(outcome).toMatchObject({ code: 130, stderr: '' });
    expect(eventsOf(outcome).at(-1)).toMatchObject({ type: 'error', code: 'CANCELLED', exitCode: 130 });
    expect(contentsOf(directory)).toEqual(before);
  });
});
