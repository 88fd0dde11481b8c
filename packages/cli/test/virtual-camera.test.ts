import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EngineError } from '@elsewhere/engine';
import {
  MediaError,
  type VideoDevice,
  type VirtualCamera,
  type VirtualCameraOptions,
  type VirtualCameraSettings,
  type VirtualCameraState,
  type VirtualCameraStatus,
} from '@elsewhere/node';
import { VIRTUAL_CAMERA_OPTIONS, VIRTUAL_CAMERA_SETTINGS } from '@elsewhere/node/internal/options';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseArguments } from '../src/arguments.js';
import type { Environment } from '../src/environment.js';
import { codeOf } from '../src/exit-codes.js';
import type { Files } from '../src/files.js';
import { Interruption } from '../src/interruption.js';
import { run } from '../src/run.js';
import { SERVICE, serviceText } from '../src/virtual-camera/service.js';

const FILES: Files = {
  kind: (path) => (path.endsWith('.jpg') ? 'file' : undefined),
  format: () => ({ kind: 'image', name: 'jpeg' }),
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-cli-virtual-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const parse = (...argv: string[]) =>
  parseArguments(['virtual-camera', ...argv], { version: '0', files: FILES });

/** The code and the sentence of what a command line is refused with. */
function refusal(...argv: string[]): readonly [string | undefined, string] {
  try {
    parse(...argv);
  } catch (error) {
    return [codeOf(error), error instanceof Error ? error.message : ''];
  }
  throw new Error('nothing was thrown');
}

/** A virtual camera that only notes what is asked of it. */
class FakeVirtualCamera implements VirtualCamera {
  readonly warnings = ['/dev/video10 was made without exclusive_caps=1.'];
  readonly options: VirtualCameraOptions;
  readonly changes: VirtualCameraSettings[] = [];
  readonly ended: Promise<void>;
  status: VirtualCameraStatus;
  end: () => void = () => {};
  fail: (error: Error) => void = () => {};

  constructor(options: VirtualCameraOptions) {
    this.options = options;
    this.status = {
      state: 'waiting',
      camera: { type: 'camera', device: '/dev/video0' },
      output: options.output ?? '/dev/video10',
      width: 1280,
      height: 720,
      fps: 30,
      onDemand: true,
      readers: 0,
      background: options.background ?? { type: 'blur' },
      quality: 'high',
      settings: { quality: 'auto', mirror: false, follow: false } as VirtualCameraStatus['settings'],
      frames: { written: 9, processed: 5, repeated: 1, placeholders: 3, dropped: 2 },
    };
    this.ended = new Promise((settle, reject) => {
      this.end = settle;
      this.fail = reject;
    });
    this.ended.catch(() => {});
  }

  show(state: VirtualCameraState, problem?: string): void {
    this.status = { ...this.status, state, ...(problem !== undefined && { problem }) };
    this.options.onChange?.(this.status);
  }

  async set(changes: VirtualCameraSettings): Promise<void> {
    if (changes.zoom === 4) throw new EngineError('OPTION_INVALID', 'The option zoom must be smaller.');
    this.changes.push(changes);
    const { background = this.status.background, ...settings } = changes;
    this.status = { ...this.status, background, settings: { ...this.status.settings, ...settings } };
  }

  pause(): void {
    this.show('paused');
  }

  resume(): void {
    this.show('starting');
  }

  async stop(): Promise<void> {
    this.end();
  }
}

/** The command, with everything outside it replaced; sockets and settings are in a folder of the test's. */
function createWorld(devices: readonly VideoDevice[] = []) {
  const interruption = new Interruption(() => {});
  const world = {
    stdout: '',
    stderr: '',
    virtual: undefined as FakeVirtualCamera | undefined,
    refusal: undefined as Error | undefined,
    press: (_key: string) => {},
    hasKeyboard: false,
    isListening: false,
    programs: [] as string[],
    programCode: 0,
    interruption,
    run(...argv: string[]): Promise<number> {
      return run(['virtual-camera', ...argv], '0', world.environment(), interruption);
    },
    environment(): Environment {
      const output = (stream: 'stdout' | 'stderr') => ({
        write: (text: string) => {
          world[stream] += text;
        },
        isTTY: false,
        columns: undefined,
      });
      return {
        stdout: output('stdout'),
        stderr: output('stderr'),
        variables: { XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: join(folder, 'config') },
        files: FILES,
        openVirtualCamera: async (options: VirtualCameraOptions) => {
          if (world.refusal) throw world.refusal;
          world.virtual = new FakeVirtualCamera(options);
          return world.virtual;
        },
        listVideoDevices: async () => devices,
        keyboard: world.hasKeyboard
          ? {
              listen(onKey: (key: string) => void) {
                world.press = onKey;
                world.isListening = true;
                return () => {
                  world.isListening = false;
                };
              },
            }
          : undefined,
        runProgram: async (name: string, argv: readonly string[]) => {
          world.programs.push([name, ...argv].join(' '));
          return { code: world.programCode, stderr: 'Failed to connect to bus\n' };
        },
        command: ['/usr/bin/node', '/opt/elsewhere.js'],
        directory: '/home/me',
      } as Partial<Environment> as Environment;
    },
    /** Starts it, and waits until it can be controlled. */
    async start(...argv: string[]): Promise<{ virtual: FakeVirtualCamera; ended: Promise<number> }> {
      const ended = world.run(...argv);
      const virtual = await vi.waitUntil(() => world.virtual);
      await vi.waitFor(() => expect(readdirSync(join(folder, 'elsewhere'))).toHaveLength(1));
      return { virtual, ended };
    },
  };
  return world;
}

describe('the command line', () => {
  test('needs nothing', () => {
    expect(parse()).toEqual({ action: 'virtual-camera', options: {}, style: 'people' });
  });

  test('takes camera, output, background and options', () => {
    const argv = '--camera /dev/video0 --to /dev/video10 -b beach.jpg --fit contain --size 640x360 --fps 24';
    const more = '--duration 1:30 --on-demand off --mirror --zoom 2 --quality low --keep person,dog --json';
    expect(parse(...argv.split(' '), ...more.split(' '))).toEqual({
      action: 'virtual-camera',
      options: {
        camera: { type: 'camera', device: '/dev/video0' },
        output: '/dev/video10',
        background: { type: 'image', source: 'beach.jpg', fit: 'contain' },
        size: { width: 640, height: 360 },
        fps: 24,
        duration: 90,
        onDemand: 'off',
        mirror: true,
        zoom: 2,
        quality: 'low',
        keep: ['person', 'dog'],
      },
      style: 'json',
    });
  });

  test.each([
    ['camera', { type: 'camera' }],
    ['camera:/dev/video2', { type: 'camera', device: '/dev/video2' }],
    ['/dev/v4l/by-id/usb-webcam', { type: 'camera', device: '/dev/v4l/by-id/usb-webcam' }],
    ['lavfi:testsrc2', { type: 'lavfi', graph: 'testsrc2' }],
  ])('--camera %s', (text, camera) => {
    expect(parse('--camera', text)).toMatchObject({ options: { camera } });
  });

  test('every option of the library is a flag, every setting also one of set', () => {
    const help = (...argv: string[]) => {
      const plan = parse(...argv, '--help');
      return plan.action === 'print' ? plan.text : '';
    };
    const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    for (const name of Object.keys(VIRTUAL_CAMERA_OPTIONS)) {
      expect(help()).toContain(flag(name));
      expect(help('install')).toContain(flag(name));
    }
    for (const name of Object.keys(VIRTUAL_CAMERA_SETTINGS)) expect(help('set')).toContain(flag(name));
  });

  test('set gives the paths of files as they are for every process, and ends switches', () => {
    const changes = (...argv: string[]) => {
      const plan = parse('set', ...argv);
      return plan.action === 'virtual-camera control' && plan.request.command === 'set'
        ? plan.request.changes
        : plan;
    };
    expect(changes('-b', 'beach.jpg')).toEqual({
      background: { type: 'image', source: resolve('beach.jpg') },
    });
    expect(changes('--no-follow', '--mirror', '--zoom', '1.5')).toEqual({
      follow: false,
      mirror: true,
      zoom: 1.5,
    });
  });

  test.each([
    [['set'], /nothing to set/],
    [['--camera', 'talk.mp4'], /'talk.mp4' is not a camera/],
    [['-b', 'transparent'], /cannot be transparent: use a colour/],
    [['set', '-b', 'transparent'], /cannot be transparent/],
    [['--to', '-', '--json'], /--json does not go with --to -/],
    [['--size', 'big'], /width and height in pixels, as in 1280x720/],
    [['--stage', 'mask'], /[Uu]nknown option/],
    [['start'], /unknown command 'virtual-camera start'/i],
  ])('%j is refused', (argv, message) => {
    expect(refusal(...argv)).toEqual(['USAGE', expect.stringMatching(message)]);
  });

  test('the output of a conversion is no device: the sentence has the line to type', () => {
    const line = (...argv: string[]) => {
      try {
        parseArguments(argv, { version: '0', files: FILES });
      } catch (error) {
        return [codeOf(error), error instanceof Error ? error.message.replace(/.*: (?=elsewhere)/, '') : ''];
      }
      return undefined;
    };
    expect(line('camera', '-o', '/dev/video10', '-b', 'my beach.jpg')).toEqual([
      'USAGE',
      "elsewhere virtual-camera --to /dev/video10 --background 'my beach.jpg'",
    ]);
    expect(line('camera:/dev/video2', '-o', '/dev/video10')).toEqual([
      'USAGE',
      'elsewhere virtual-camera --camera camera:/dev/video2 --to /dev/video10',
    ]);
  });
});

describe('while it runs', () => {
  test('each new state is said once, and warnings are', async () => {
    const world = createWorld();
    const { virtual, ended } = await world.start('-b', 'beach.jpg');
    expect(virtual.options).toMatchObject({ background: { type: 'image', source: 'beach.jpg' } });
    virtual.show('waiting');
    virtual.show('waiting');
    virtual.show('live');
    virtual.show('lost', 'The camera was unplugged.');
    virtual.end();
    expect(await ended).toBe(0);
    expect(world.stdout).toBe('');
    expect(world.stderr.trimEnd().split('\n')).toEqual([
      'elsewhere: warning: /dev/video10 was made without exclusive_caps=1.',
      'Waiting: no program reads /dev/video10. The camera is off.',
      'Live: /dev/video0 on /dev/video10, 1280x720 at 30 fps.',
      'The camera was unplugged. Until it is back, the background is shown alone.',
    ]);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
  });

  test('--json prints the status at each change', async () => {
    const world = createWorld();
    const { virtual, ended } = await world.start('--json');
    virtual.show('live');
    virtual.end();
    await ended;
    expect(
      world.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { type: 'warning', message: virtual.warnings[0] },
      { type: 'status', state: 'live', width: 1280 },
    ]);
    expect(world.stderr).toBe('');
  });

  test('Ctrl-C ends it with exit code 0', async () => {
    const world = createWorld();
    const { ended } = await world.start();
    world.interruption.interrupt('interrupt');
    expect(await ended).toBe(0);
  });

  test.each([
    ['DEVICE_UNAVAILABLE', 3],
    ['VIRTUAL_CAMERA_UNAVAILABLE', 4],
    ['VIRTUAL_CAMERA_UNSUPPORTED', 2],
    ['BACKGROUND_MISSING', 5],
  ] as const)('%s has the exit code %i', async (code, exitCode) => {
    const world = createWorld();
    world.refusal = new MediaError(code, 'It is not possible.');
    expect(await world.run()).toBe(exitCode);
    expect(world.stderr).toBe('elsewhere: It is not possible.\n');
  });

  test('an output that goes away ends it with exit code 4, the reader of standard output with 141', async () => {
    const world = createWorld();
    const device = await world.start();
    device.virtual.fail(new MediaError('VIRTUAL_CAMERA_UNAVAILABLE', 'There is no device.'));
    expect(await device.ended).toBe(4);
    const pipe = await createWorld().start('--to', '-');
    const cause = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    pipe.virtual.fail(new MediaError('OUTPUT_UNWRITABLE', 'Its reader has gone.', { cause }));
    expect(await pipe.ended).toBe(141);
  });
});

describe('keys', () => {
  test('pause, change the background, mirror, follow and quit', async () => {
    const world = createWorld();
    world.hasKeyboard = true;
    const { virtual, ended } = await world.start('-b', 'beach.jpg');
    await vi.waitFor(() => expect(world.isListening).toBe(true));
    expect(world.stderr).toContain('Keys: p pause or resume');
    world.press('p');
    expect(virtual.status.state).toBe('paused');
    world.press('p');
    expect(virtual.status.state).toBe('starting');
    for (const key of 'bbmmf?') world.press(key);
    const beach = { type: 'image', source: 'beach.jpg' };
    expect(virtual.changes).toEqual([
      { background: { type: 'blur' } },
      { background: beach },
      { mirror: true },
      { mirror: false },
      { follow: true },
    ]);
    world.press('\x03');
    expect(await ended).toBe(0);
    expect(world.isListening).toBe(false);
  });
});

describe('control from another process', () => {
  const client = async (...argv: string[]) => {
    const world = createWorld();
    const code = await world.run(...argv);
    return { code, stdout: world.stdout, stderr: world.stderr };
  };

  test('the socket is for this user alone', async () => {
    const { virtual, ended } = await createWorld().start();
    const path = join(folder, 'elsewhere/video10.sock');
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(join(folder, 'elsewhere')).mode & 0o777).toString(8)).toBe('700');
    virtual.end();
    await ended;
  });

  test('set, status, pause, resume and stop', async () => {
    const { virtual, ended } = await createWorld().start();
    expect(await client('set', '-b', 'seagreen', '--zoom', '2')).toEqual({
      code: 0,
      stdout: 'Waiting: no program reads /dev/video10. The camera is off.\n',
      stderr: '',
    });
    expect(virtual.changes).toEqual([{ background: { type: 'color', color: 'seagreen' }, zoom: 2 }]);
    expect((await client('status')).stdout.trimEnd().split('\n')).toEqual([
      'Waiting: no program reads /dev/video10. The camera is off.',
      'Background: color seagreen',
      'Camera: /dev/video0, on while a program reads; 0 reading',
      'Quality: high (auto)',
      'Frames: 9 written, 5 of them new, 1 repeated, 3 without the camera; 2 dropped',
    ]);
    expect((await client('pause')).stdout).toMatch(/^Paused: /);
    expect(JSON.parse((await client('resume', '--json')).stdout)).toMatchObject({
      type: 'status',
      state: 'starting',
    });
    expect(await client('set', '--zoom', '4')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'elsewhere: The option zoom must be smaller.\n',
    });
    expect((await client('stop', '--to', '/dev/video10')).stdout).toBe('Stopped.\n');
    expect(await ended).toBe(0);
  });

  test('needs one that runs', async () => {
    const answer = { code: 4, stdout: '', stderr: expect.stringMatching(/no virtual camera to control/) };
    expect(await client('status')).toEqual(answer);
    expect(await client('pause', '--to', '/dev/video11')).toEqual(answer);
    const { stdout } = await client('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'error', code: 'NOT_RUNNING', exitCode: 4 });
  });

  test('of several has to say which', async () => {
    const one = await createWorld().start();
    const world = createWorld();
    const ended = world.run('--to', '/dev/video11');
    await vi.waitFor(() => expect(readdirSync(join(folder, 'elsewhere'))).toHaveLength(2));
    expect(await client('status')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('say which with --to (video10, video11)'),
    });
    expect((await client('status', '--to', '/dev/video11')).stdout).toContain('/dev/video11');
    for (const virtual of [one.virtual, world.virtual]) virtual?.end();
    await Promise.all([one.ended, ended]);
  });

  test('a socket that a killed process has left is replaced, one that is used is not', async () => {
    const { virtual, ended } = await createWorld().start();
    virtual.end();
    await ended;
    writeFileSync(join(folder, 'elsewhere/video10.sock'), '');
    const next = await createWorld().start();
    await vi.waitFor(async () => expect((await client('status')).code).toBe(0));
    const second = createWorld();
    const other = second.run();
    await vi.waitFor(() => expect(second.stderr).toContain('Another process is controlled as /dev/video10'));
    second.virtual?.end();
    await other;
    expect((await client('status')).code).toBe(0);
    next.virtual.end();
    await next.ended;
  });

  test('what is no request is refused, and what is too long is not read', async () => {
    const { virtual, ended } = await createWorld().start();
    const send = (text: string) =>
      new Promise<string>((settle) => {
        let answer = '';
        const socket = connect(join(folder, 'elsewhere/video10.sock'), () => socket.write(text));
        socket.on('data', (data) => {
          answer += data;
        });
        socket.on('error', () => {});
        socket.on('close', () => settle(answer));
      });
    for (const text of ['nonsense', '{"command":"format"}', '{"command":"set"}', 'null', '[]'])
      expect(await send(`${text}\n`)).toMatch(/^\{"error":\{"code":"OPTION_INVALID"/);
    expect(await send('x'.repeat(70_000))).toBe('');
    expect(virtual.changes).toEqual([]);
    virtual.end();
    await ended;
  });

  test('works without a socket where there is no folder for it', async () => {
    const world = createWorld();
    // A file where the folder should be.
    writeFileSync(join(folder, 'elsewhere'), '');
    const ended = world.run();
    await vi.waitFor(() => expect(world.stderr).toContain('There is no control socket'));
    world.virtual?.end();
    expect(await ended).toBe(0);
  });

  test('an answer that is none is like no answer', async () => {
    const { virtual, ended } = await createWorld().start();
    virtual.end();
    await ended;
    const server = createServer((socket) => socket.resume().end('?'));
    await new Promise<void>((settle) => server.listen(join(folder, 'elsewhere/video10.sock'), settle));
    expect(await client('status')).toMatchObject({ code: 4 });
    await new Promise((settle) => server.close(settle));
  });
});

describe('devices', () => {
  const CAMERA = { path: '/dev/video0', name: 'Webcam', kind: 'camera', isAnnounced: true } as const;
  const LOOPBACK = { path: '/dev/video10', name: 'Elsewhere', kind: 'loopback', isAnnounced: false } as const;

  test('are listed', async () => {
    const world = createWorld([CAMERA, LOOPBACK]);
    expect(await world.run('devices')).toBe(0);
    expect(world.stdout).toBe('/dev/video0   camera    Webcam\n/dev/video10  loopback  Elsewhere\n');
    expect(world.stderr).toBe('');
    const json = createWorld([CAMERA]);
    await json.run('devices', '--json');
    expect(JSON.parse(json.stdout)).toEqual({ type: 'device', ...CAMERA });
  });

  test('that are missing are said to be', async () => {
    const world = createWorld();
    expect(await world.run('devices')).toBe(0);
    expect(world.stderr).toMatch(/^There is no camera\.\nThere is no loopback device\. Install v4l2loopback/);
  });
});

describe('the service', () => {
  const file = () => readFileSync(join(folder, 'config/systemd/user', SERVICE), 'utf8');

  test('runs the command with the options of install', async () => {
    const world = createWorld();
    expect(await world.run('install', '--to', '/dev/video10', '-b', 'beach.jpg')).toBe(0);
    const line =
      '"/usr/bin/node" "/opt/elsewhere.js" "virtual-camera" "--to" "/dev/video10" "-b" "beach.jpg"';
    expect(file()).toContain(`\nExecStart=${line}\nWorkingDirectory=/home/me\n`);
    expect(world.programs).toEqual(['systemctl --user daemon-reload']);
    expect(world.stdout).toBe(`${join(folder, 'config/systemd/user', SERVICE)}\n`);
    expect(world.stderr).toContain(`systemctl --user enable --now ${SERVICE}`);
  });

  test('is started with --enable, and removed by uninstall', async () => {
    const world = createWorld();
    expect(await world.run('install', '--enable', '--json')).toBe(0);
    expect(file()).toContain('"virtual-camera"\n');
    expect(JSON.parse(world.stdout)).toMatchObject({ type: 'service', enabled: true });
    expect(await world.run('uninstall')).toBe(0);
    expect(() => file()).toThrow(/ENOENT/);
    expect(world.programs).toEqual([
      'systemctl --user daemon-reload',
      `systemctl --user enable ${SERVICE}`,
      `systemctl --user restart ${SERVICE}`,
      `systemctl --user disable --now ${SERVICE}`,
      'systemctl --user daemon-reload',
    ]);
  });

  test('says what systemd says', async () => {
    const world = createWorld();
    world.programCode = 1;
    expect(await world.run('install')).toBe(4);
    expect(world.stderr).toBe(
      'elsewhere: systemctl --user daemon-reload failed: Failed to connect to bus.\n',
    );
  });

  test('takes nothing in an argument for something of its own', () => {
    const text = serviceText(['node', 'my "beach" \\ 100% $HOME.jpg'], '/home/100%');
    expect(text).toContain(
      'ExecStart="node" "my \\"beach\\" \\\\ 100%% $$HOME.jpg"\nWorkingDirectory=/home/100%%\n',
    );
  });

  test('is not written with a command line that makes no sense', async () => {
    const world = createWorld();
    expect(await world.run('install', '--zoom', '9')).toBe(2);
    expect(() => file()).toThrow(/ENOENT/);
  });
});
