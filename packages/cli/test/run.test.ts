import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConversionProgress } from '@elsewhere/engine';
import { EngineError, findModel, MODEL_CATALOGUE } from '@elsewhere/engine';
import {
  type ConvertInput,
  type ConvertOptions,
  type ConvertReport,
  type ConvertSettings,
  MediaError,
} from '@elsewhere/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Environment } from '../src/environment.js';
import type { Files } from '../src/files.js';
import { Interruption, type InterruptionKind } from '../src/interruption.js';
import { run } from '../src/run.js';

type FakeConvert = (
  input: ConvertInput,
  output: string,
  options: ConvertOptions,
) => Promise<Partial<ConvertReport>>;

/** A fake environment of the command, in which time passes only when the test says so. */
function createEnvironment(convert: FakeConvert = async () => ({})) {
  const printed = { stdout: '', stderr: '' };
  const exits: InterruptionKind[] = [];
  const world = {
    printed,
    exits,
    seconds: 0,
    terminal: false,
    columns: 80,
    /** Whether another process serves the studio already. */
    studioRuns: false,
    /** The URLs that were opened in the browser, and `closed` when the studio's server is closed. */
    opened: [] as string[],
    calls: [] as { input: ConvertInput; output: string; options: ConvertSettings }[],
    interruption: new Interruption((kind) => exits.push(kind)),
    environment: undefined as unknown as Environment,
    run(...argv: string[]): Promise<number> {
      return run(argv, '1.2.3', world.environment, world.interruption);
    },
  };
  const files: Files = { kind: () => undefined, format: () => ({ kind: 'video' }) };
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      printed[stream] += text;
    },
    get isTTY() {
      return world.terminal;
    },
    get columns() {
      return world.terminal ? world.columns : undefined;
    },
  });
  world.environment = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    variables: {},
    files,
    now: () => world.seconds,
    convert: async (input, output, options = {}) => {
      const { signal: _signal, stop: _stop, onProgress: _onProgress, ...settings } = options;
      world.calls.push({ input, output, options: settings });
      return {
        input,
        output,
        frames: 100,
        width: 360,
        height: 640,
        codedWidth: 640,
        codedHeight: 360,
        seconds: 4,
        elapsedSeconds: 2,
        warnings: [],
        backend: 'cpu',
        statistics: {} as ConvertReport['statistics'],
        ...(await convert(input, output, options)),
      };
    },
    listModels: async () => [
      ...MODEL_CATALOGUE.map((model) => ({ model, state: 'absent' as const, path: `/models/${model.id}` })),
    ],
    loadModel: async (id) => {
      throw new EngineError('MODEL_MISSING', `The model '${id}' is not on this machine.`);
    },
    pullModel: async (id, { onProgress } = {}) => {
      onProgress?.(500_000, 1_000_000);
      onProgress?.(1_000_000, 1_000_000);
      return { path: `/models/${id}`, downloaded: true };
    },
    serveStudio: async (port = 4747) => ({
      url: `http://127.0.0.1:${port}/`,
      wasRunning: world.studioRuns,
      ...(port !== 4747 && { usualUrl: 'http://127.0.0.1:4747/' }),
      close: async () => {
        world.opened.push('closed');
      },
    }),
    openBrowser: (url) => world.opened.push(url),
    openVirtualCamera: async () => {
      throw new MediaError('DEVICE_UNAVAILABLE', 'No camera was found.');
    },
    listVideoDevices: async () => [],
    keyboard: undefined,
    runProgram: async () => ({ code: 0, stderr: '' }),
    command: ['node', 'elsewhere.js'],
    directory: '/',
  };
  return world;
}

const SUBTITLES = { code: 'SUBTITLES_DROPPED', message: 'Subtitles were left out.' } as const;

/** A conversion that continues until it is aborted or stopped. */
const endless: FakeConvert = (_input, _output, { signal, stop }) =>
  new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
    stop?.addEventListener('abort', () => resolve({ frames: 7 }));
  });

const settled = () => new Promise((resolve) => setImmediate(resolve));

function jsonLines(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('a result among the inputs is left out, and the run says so', async () => {
  const sentence = 'talk.elsewhere.mp4 was left out: it is the result of talk.mp4.';
  const world = createEnvironment();
  expect(await world.run('talk.mp4', 'talk.elsewhere.mp4')).toBe(0);
  expect(world.calls.map(({ input }) => input)).toEqual(['talk.mp4']);
  expect(world.printed.stderr).toContain(`${sentence}\n`);
  const json = createEnvironment();
  expect(await json.run('talk.mp4', 'talk.elsewhere.mp4', '--json')).toBe(0);
  expect(jsonLines(json.printed.stdout)[0]).toEqual({
    type: 'warning',
    input: 'talk.elsewhere.mp4',
    code: 'RESULT_LEFT_OUT',
    message: sentence,
  });
});

describe('one input', () => {
  test('its path is printed to standard output, and its progress to standard error', async () => {
    const world = createEnvironment();
    expect(await world.run('talk.mp4', '-b', 'seagreen', '--crf', '18')).toBe(0);
    expect(world.calls).toEqual([
      {
        input: 'talk.mp4',
        output: 'talk.elsewhere.mp4',
        options: { background: { type: 'color', color: 'seagreen' }, crf: 18 },
      },
    ]);
    expect(world.printed).toEqual({
      stdout: 'talk.elsewhere.mp4\n',
      stderr: 'talk.mp4: 100 frames in 2.0 s (50 fps)\n',
    });
  });

  test('its progress is printed in sparse lines', async () => {
    const world = createEnvironment(async (_input, _output, { onProgress }) => {
      for (let second = 1; second <= 20; second++) {
        world.seconds = second;
        onProgress?.({ frames: second * 50, seconds: second * 2, totalSeconds: 40 });
      }
      return {};
    });
    await world.run('talk.mp4');
    const lines = world.printed.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[4]).toBe('talk.mp4: 50 %, 500 frames, 50 fps, 0:10 left');
  });

  test('a failure prints one message and has an exit code', async () => {
    const world = createEnvironment(async () => {
      throw new MediaError('INPUT_EMPTY', 'talk.mp4 is empty.');
    });
    expect(await world.run('talk.mp4')).toBe(3);
    expect(world.printed).toEqual({ stdout: '', stderr: 'elsewhere: talk.mp4 is empty.\n' });
  });

  test('an unexpected failure says how to report it, and prints its stack only on request', async () => {
    const convert: FakeConvert = async () => {
      throw new TypeError('x is not a function');
    };
    const world = createEnvironment(convert);
    expect(await world.run('talk.mp4')).toBe(1);
    expect(world.printed.stderr).toBe(
      "elsewhere: Unexpected error (x is not a function). Please report it in the project's issues, with the output of the same command under ELSEWHERE_DEBUG=1.\n",
    );
    const debugging = createEnvironment(convert);
    debugging.environment = { ...debugging.environment, variables: { ELSEWHERE_DEBUG: '1' } };
    await debugging.run('talk.mp4');
    expect(debugging.printed.stderr).toContain('    at ');
  });

  test('a damaged input is converted, with a warning and an exit code', async () => {
    const world = createEnvironment(async () => ({
      lostSeconds: 3,
      warnings: [{ code: 'INPUT_DAMAGED', message: 'talk.mp4 is damaged: 3 s were lost.' }],
    }));
    expect(await world.run('talk.mp4')).toBe(7);
    expect(world.printed.stdout).toBe('talk.elsewhere.mp4\n');
    expect(world.printed.stderr).toContain('elsewhere: warning: talk.mp4 is damaged: 3 s were lost.\n');
  });

  test('--quiet prints errors only', async () => {
    const world = createEnvironment(async () => ({ warnings: [SUBTITLES] }));
    expect(await world.run('talk.mp4', '--quiet')).toBe(0);
    expect(world.printed).toEqual({ stdout: '', stderr: '' });
    expect(await world.run('talk.mp4', '--quiet', '--fit', 'x')).toBe(2);
    expect(world.printed.stderr).not.toBe('');
  });
});

const TRUNCATED = { code: 'INPUT_TRUNCATED', message: 'cut.mp4 is cut off.' } as const;

describe('several inputs', () => {
  const some: FakeConvert = async (input) => {
    if (input === 'bad.mp4') throw new MediaError('INPUT_UNREADABLE', 'bad.mp4 cannot be decoded.');
    if (input === 'there.mp4') throw new MediaError('OUTPUT_EXISTS', 'there.elsewhere.mp4 exists already.');
    return input === 'cut.mp4' ? { lostSeconds: 1, warnings: [TRUNCATED] } : {};
  };

  test('a failure does not stop the others, and the first one determines the exit code', async () => {
    const world = createEnvironment(some);
    expect(await world.run('a.mp4', 'cut.mp4', 'there.mp4', 'bad.mp4', 'b.mp4')).toBe(4);
    expect(world.printed.stdout).toBe('a.elsewhere.mp4\ncut.elsewhere.mp4\nb.elsewhere.mp4\n');
    expect(world.printed.stderr).toContain('exists already. Give --overwrite to replace it.\n');
    expect(world.printed.stderr).toContain('3 of 5 inputs converted, 1 of them damaged, 2 failed\n');
  });

  test('damage has its own exit code', async () => {
    expect(await createEnvironment(some).run('a.mp4', 'cut.mp4')).toBe(7);
  });

  test.each([
    [new MediaError('BACKGROUND_UNREADABLE', 'x.jpg is no picture.'), 5],
    [new EngineError('MODEL_MISSING', 'No model.'), 6],
    [new EngineError('CLASS_UNKNOWN', 'No class.'), 2],
  ])('an error that concerns all inputs ends the command: %s', async (error, code) => {
    const world = createEnvironment(async () => {
      throw error;
    });
    expect(await world.run('a.mp4', 'b.mp4', 'c.mp4')).toBe(code);
    expect(world.calls).toHaveLength(1);
    expect(world.printed.stderr).toContain('0 of 3 inputs converted, 1 failed, 2 not converted\n');
  });

  test('--jobs limits how many run at once', async () => {
    let running = 0;
    let most = 0;
    const convert: FakeConvert = async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return {};
    };
    const inputs = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.mp4`);
    const world = createEnvironment(convert);
    expect(await world.run(...inputs, '--jobs', '3')).toBe(0);
    expect(most).toBe(3);
    expect(world.calls.map(({ input }) => input)).toEqual(inputs);
    most = 0;
    await createEnvironment(convert).run(...inputs);
    expect(most).toBe(1);
  });

  describe('into a directory', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'elsewhere-cli-'));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    test('that is created', async () => {
      const target = join(directory, 'made', 'here/');
      expect(await createEnvironment().run('a.mp4', 'b.mp4', '-o', target)).toBe(0);
      expect(existsSync(target)).toBe(true);
    });

    test('that cannot be created', async () => {
      writeFileSync(join(directory, 'file'), '');
      const world = createEnvironment();
      expect(await world.run('a.mp4', '-o', join(directory, 'file', 'here/'))).toBe(4);
      expect(world.printed.stderr).toMatch(/^elsewhere: The directory '.*here\/' cannot be created: .*\.\n$/);
      expect(world.calls).toEqual([]);
    });
  });
});

describe('JSON lines', () => {
  test('report all events, and nothing else is printed to standard output', async () => {
    const world = createEnvironment(async (_input, _output, { onProgress }) => {
      const progress: ConversionProgress = { frames: 30, seconds: 1, totalSeconds: 10 };
      onProgress?.(progress);
      world.seconds = 1;
      onProgress?.({ frames: 60, seconds: 2.00049, totalSeconds: 10 });
      return { warnings: [SUBTITLES], lostSeconds: 1 };
    });
    expect(await world.run('talk.mp4', '--json')).toBe(7);
    const names = { input: 'talk.mp4', output: 'talk.elsewhere.mp4' };
    expect(jsonLines(world.printed.stdout)).toEqual([
      { type: 'start', ...names },
      { type: 'progress', ...names, frames: 30, seconds: 1, totalSeconds: 10, percent: 10 },
      {
        type: 'progress',
        ...names,
        frames: 60,
        seconds: 2,
        totalSeconds: 10,
        percent: 20,
        fps: 30,
        secondsLeft: 8,
      },
      { type: 'warning', ...names, code: 'SUBTITLES_DROPPED', message: 'Subtitles were left out.' },
      {
        type: 'done',
        ...names,
        frames: 100,
        width: 640,
        height: 360,
        seconds: 4,
        elapsedSeconds: 2,
        lostSeconds: 1,
        backend: 'cpu',
        statistics: {},
        fps: 50,
        damaged: true,
      },
    ]);
    expect(world.printed.stderr).toBe('');
  });

  test('include errors, which are also printed to standard error', async () => {
    const world = createEnvironment(async () => {
      throw new MediaError('DISK_FULL', 'No space left.');
    });
    expect(await world.run('talk.mp4', '--json')).toBe(4);
    expect(jsonLines(world.printed.stdout).at(-1)).toEqual({
      type: 'error',
      input: 'talk.mp4',
      output: 'talk.elsewhere.mp4',
      code: 'DISK_FULL',
      message: 'No space left.',
      exitCode: 4,
    });
    expect(world.printed.stderr).toBe('elsewhere: No space left.\n');
  });

  test('include errors in the command line', async () => {
    const world = createEnvironment();
    expect(await world.run('--json')).toBe(2);
    expect(jsonLines(world.printed.stdout)).toMatchObject([{ type: 'error', code: 'USAGE', exitCode: 2 }]);
  });
});

describe('a terminal', () => {
  const convert =
    (world: ReturnType<typeof createEnvironment>): FakeConvert =>
    async (_input, _output, { onProgress }) => {
      for (let tick = 0; tick < 4; tick++) {
        world.seconds++;
        onProgress?.({ frames: world.seconds * 50, seconds: tick, totalSeconds: 4 });
      }
      return {};
    };

  test('has one line that is redrawn, and only permanent lines remain', async () => {
    const world: ReturnType<typeof createEnvironment> = createEnvironment((...args) =>
      convert(world)(...args),
    );
    world.terminal = true;
    await world.run('talk.mp4');
    const lines = world.printed.stderr.split('\r\x1b[2K');
    expect(lines[1]).toContain('talk.mp4');
    expect(lines.some((line) => line.includes('75 %') && line.includes('fps'))).toBe(true);
    expect(lines.at(-1)).toBe('talk.mp4: 100 frames in 2.0 s (50 fps)\n');
    expect(world.printed.stdout).toBe('talk.elsewhere.mp4\n');
  });

  test('combines several inputs in one line', async () => {
    const world: ReturnType<typeof createEnvironment> = createEnvironment((...args) =>
      convert(world)(...args),
    );
    world.terminal = true;
    await world.run('a.mp4', 'b.mp4');
    expect(world.printed.stderr).toContain('1/2 a.mp4');
    expect(world.printed.stderr).toContain('2/2 b.mp4');
    expect(world.printed.stderr).toContain('87 %');
  });

  test('is not redrawn or coloured when it cannot be', async () => {
    const world = createEnvironment();
    world.terminal = true;
    world.environment = { ...world.environment, variables: { TERM: 'dumb' } };
    await world.run('talk.mp4');
    expect(world.printed.stderr).not.toContain('\x1b');
    const plain = createEnvironment(async () => {
      throw new MediaError('INPUT_EMPTY', 'Empty.');
    });
    plain.terminal = true;
    plain.environment = { ...plain.environment, variables: { NO_COLOR: '1' } };
    await plain.run('talk.mp4');
    expect(plain.printed.stderr).not.toContain('\x1b[3');
    expect(plain.printed.stderr).toMatch(/elsewhere: Empty\.\n$/);
  });
});

describe('Ctrl-C', () => {
  test('aborts running conversions and starts no others', async () => {
    const world = createEnvironment(endless);
    const code = world.run('a.mp4', 'b.mp4', 'c.mp4', '-j', '2');
    await settled();
    world.interruption.interrupt('interrupt');
    expect(await code).toBe(130);
    expect(world.calls).toHaveLength(2);
    expect(world.printed.stderr).toContain('a.mp4: interrupted, nothing was written\n');
    expect(world.exits).toEqual([]);
  });

  test('a second one ends the process at once', async () => {
    const world = createEnvironment(() => new Promise(() => {}));
    void world.run('a.mp4');
    await settled();
    world.interruption.interrupt('interrupt');
    world.interruption.interrupt('interrupt');
    expect(world.exits).toEqual(['interrupt']);
  });

  test.each([
    ['terminate', 143],
    ['hangup', 129],
    ['pipe', 141],
  ] as const)('%s has its own exit code', async (kind, exitCode) => {
    const world = createEnvironment(endless);
    const code = world.run('a.mp4', '--json');
    await settled();
    world.interruption.interrupt(kind);
    expect(await code).toBe(exitCode);
    expect(jsonLines(world.printed.stdout).at(-1)).toMatchObject({
      type: 'error',
      code: 'CANCELLED',
      exitCode,
    });
  });

  test('completes a recording', async () => {
    const world = createEnvironment(endless);
    const code = world.run('camera', '-o', 'take.mp4');
    await settled();
    world.interruption.interrupt('interrupt');
    expect(await code).toBe(0);
    expect(world.printed.stdout).toBe('take.mp4\n');
    expect(world.printed.stderr).toContain('Ending the recording.');
  });

  test('discards a recording the second time', async () => {
    const world = createEnvironment((input, output, { signal }) =>
      endless(input, output, signal ? { signal } : {}),
    );
    const code = world.run('lavfi:testsrc', '-o', 'take.mp4');
    await settled();
    world.interruption.interrupt('interrupt');
    world.interruption.interrupt('interrupt');
    expect(await code).toBe(130);
    expect(world.exits).toEqual([]);
  });

  test('after the end changes nothing', async () => {
    const world = createEnvironment(async () => {
      world.interruption.interrupt('interrupt');
      return {};
    });
    expect(await world.run('a.mp4')).toBe(0);
  });
});

describe('models', () => {
  test('are listed', async () => {
    const world = createEnvironment();
    expect(await world.run('models')).toBe(0);
    expect(world.printed.stdout).toMatch(
      /^selfie-landscape {2}absent {4}0\.2 MB {2}elsewhere {2}.* \(default\)\n/,
    );
    expect(world.printed.stdout.split('\n')).toHaveLength(MODEL_CATALOGUE.length + 1);
    const json = createEnvironment();
    await json.run('models', 'list', '--json');
    expect(jsonLines(json.printed.stdout).at(-1)).toMatchObject({
      type: 'model',
      id: 'deeplab-v3',
      state: 'absent',
      default: false,
      runtime: 'elsewhere',
      sha256: findModel('deeplab-v3').sha256,
    });
  });

  test('are pulled', async () => {
    const world = createEnvironment();
    expect(await world.run('models', 'pull', 'deeplab-v3')).toBe(0);
    expect(world.printed).toEqual({
      stdout: '/models/deeplab-v3\n',
      stderr: 'deeplab-v3: downloaded and verified\n',
    });
    const terminal = createEnvironment();
    terminal.terminal = true;
    await terminal.run('models', 'pull', 'deeplab-v3');
    expect(terminal.printed.stderr).toContain('50 %  0.5 MB of 1.0 MB');
    const json = createEnvironment();
    await json.run('models', 'pull', 'deeplab-v3', '--json');
    expect(jsonLines(json.printed.stdout)).toMatchObject([
      { type: 'start', model: 'deeplab-v3' },
      { type: 'progress', bytes: 1_000_000, totalBytes: 1_000_000 },
      { type: 'done', path: '/models/deeplab-v3', downloaded: true },
    ]);
  });

  test('that exist are reported as such when pulled', async () => {
    const world = createEnvironment();
    world.environment = { ...world.environment, pullModel: async () => ({ path: '/m', downloaded: false }) };
    await world.run('models', 'pull', 'selfie-square');
    expect(world.printed.stderr).toBe('selfie-square: already on this machine and intact\n');
  });

  test('that cannot be pulled are an error', async () => {
    const world = createEnvironment();
    world.environment = {
      ...world.environment,
      pullModel: async () => {
        throw new MediaError('DOWNLOAD_FAILED', 'No network.');
      },
    };
    expect(await world.run('models', 'pull', 'deeplab-v3')).toBe(6);
    expect(world.printed.stderr).toBe('elsewhere: No network.\n');
  });

  test('are not pulled any further after an interruption', async () => {
    const world = createEnvironment();
    world.environment = {
      ...world.environment,
      pullModel: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
        }),
    };
    const code = world.run('models', 'pull', 'deeplab-v3');
    await settled();
    world.interruption.interrupt('terminate');
    expect(await code).toBe(143);
    expect(world.printed.stderr).toContain("The download of the model 'deeplab-v3' was cancelled.");
  });

  test('are verified, and absent ones are errors only when they are named', async () => {
    const world = createEnvironment();
    expect(await world.run('models', 'verify')).toBe(0);
    expect(world.printed.stdout).toContain('deeplab-v3: not on this machine\n');
    const named = createEnvironment();
    expect(await named.run('models', 'verify', 'deeplab-v3')).toBe(6);
    expect(named.printed.stderr).toBe("elsewhere: The model 'deeplab-v3' is not on this machine.\n");
    expect(await createEnvironment().run('models', 'verify', 'nothing')).toBe(6);
  });

  test('that are damaged are errors, and the others are verified nevertheless', async () => {
    const world = createEnvironment();
    const [first, second] = MODEL_CATALOGUE;
    if (!first || !second) throw new Error('the catalogue is too small');
    world.environment = {
      ...world.environment,
      listModels: async () => [
        { model: first, state: 'damaged', path: '/models/first' },
        { model: second, state: 'bundled', path: '/models/second' },
      ],
      loadModel: async (id) => {
        if (id === first.id) throw new EngineError('MODEL_CHECKSUM', 'Damaged.');
        return { model: second, bytes: new Uint8Array(), path: '/models/second' };
      },
    };
    expect(await world.run('models', 'verify')).toBe(6);
    expect(world.printed).toEqual({
      stdout: `${second.id}: intact (/models/second)\n`,
      stderr: 'elsewhere: Damaged.\n',
    });
  });
});

describe('the studio', () => {
  test('is served until Ctrl-C, and the browser is opened', async () => {
    const world = createEnvironment();
    const running = world.run('studio');
    await vi.waitFor(() => expect(world.opened).toEqual(['http://127.0.0.1:4747/']));
    expect(world.printed.stdout).toBe('http://127.0.0.1:4747/\n');
    world.interruption.interrupt('interrupt');
    expect(await running).toBe(0);
    expect(world.opened).toEqual(['http://127.0.0.1:4747/', 'closed']);
  });

  test('is served on the given port, without opening a browser, with --json', async () => {
    const world = createEnvironment();
    const running = world.run('studio', '--port', '8080', '--no-open', '--json');
    await vi.waitFor(() => expect(world.printed.stdout).not.toBe(''));
    expect(jsonLines(world.printed.stdout)).toEqual([
      { type: 'studio', url: 'http://127.0.0.1:8080/', wasRunning: false },
    ]);
    world.interruption.interrupt('terminate');
    expect(await running).toBe(0);
    expect(world.opened).toEqual(['closed']);
  });

  test('that another process serves is opened, and the command ends', async () => {
    const world = createEnvironment();
    world.studioRuns = true;
    expect(await world.run('studio')).toBe(0);
    expect(world.opened).toEqual(['http://127.0.0.1:4747/']);
  });

  test('on another port than usual: says what is missing there', async () => {
    const world = createEnvironment();
    world.terminal = true;
    const running = world.run('studio', '--port', '8080');
    await vi.waitFor(() => expect(world.opened).not.toEqual([]));
    expect(world.printed.stderr).toContain('http://127.0.0.1:4747/ are not available here');
    world.interruption.interrupt('interrupt');
    expect(await running).toBe(0);
  });

  test('refuses an invalid port', async () => {
    const world = createEnvironment();
    expect(await world.run('studio', '--port', 'http')).toBe(2);
    expect(world.printed.stderr).toContain('It must be a whole number from 0 to 65535.');
  });
});
