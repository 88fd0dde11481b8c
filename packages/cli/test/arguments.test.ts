import type { FileFormat, ImageFormat, VideoFormat } from '@elsewhere/node/internal/inputs';
import { describe, expect, test } from 'vitest';
import { type ConvertPlan, parseArguments } from '../src/arguments.js';
import { parseBackground } from '../src/background.js';
import { formatDuration, parseDuration } from '../src/duration.js';
import { codeOf } from '../src/exit-codes.js';
import type { Files } from '../src/files.js';
import { defaultExtension, planOutputs } from '../src/output.js';

/** A file system of the given files and directories; images are recognised by name. */
function fakeFiles(files: readonly string[], directories: readonly string[] = []): Files {
  return {
    kind: (path) => {
      if (files.includes(path)) return 'file';
      return directories.includes(path.replace(/(?<=.)\/$/, '')) ? 'directory' : undefined;
    },
    format: (path) => (/\.(jpg|png)$/.test(path) ? { kind: 'image', name: 'jpeg' } : { kind: 'video' }),
  };
}

const noFiles = fakeFiles([]);

function parse(argv: readonly string[], files: Files = noFiles) {
  return parseArguments(argv, { version: '1.2.3', files });
}

function plan(argv: readonly string[], files?: Files): ConvertPlan {
  const parsed = parse(argv, files);
  if (parsed.action !== 'convert') throw new Error(`planned ${parsed.action}`);
  return parsed;
}

function printed(argv: readonly string[]): string {
  const parsed = parse(argv);
  if (parsed.action !== 'print') throw new Error(`planned ${parsed.action}`);
  return parsed.text;
}

function refusal(act: () => unknown): { code: string | undefined; message: string } {
  try {
    act();
  } catch (error) {
    return { code: codeOf(error), message: error instanceof Error ? error.message : '' };
  }
  throw new Error('nothing was thrown');
}

describe('a conversion', () => {
  test('needs nothing but an input', () => {
    expect(plan(['talk.mp4'])).toEqual({
      action: 'convert',
      jobs: [{ input: 'talk.mp4', source: 'talk.mp4', output: 'talk.elsewhere.mp4' }],
      leftOut: [],
      makeDirectory: undefined,
      options: {},
      concurrency: 1,
      style: 'people',
    });
  });

  test('accepts every option, in any position', () => {
    const parsed = plan(
      [
        ...[
          '--background',
          'beach.jpg',
          'a.mp4',
          '--fit',
          'tile',
          '--model',
          'deeplab-v3',
          '--keep',
          'person,dog',
        ],
        ...[
          '--keep',
          'cat',
          '--quality',
          'low',
          '--mask',
          'hard',
          '--stage',
          'matte',
          '-o',
          'out.mkv',
          '--start',
          '1:30',
        ],
        ...[
          '--edge-softness',
          '0.5',
          '--light-wrap',
          '.25',
          '--color-match',
          '1',
          '--brightness',
          '-.5',
          '--warmth',
          '0.2',
          '--zoom',
          '1.5',
          '--follow',
          '--duration',
          '2.5',
          '--codec',
          'hevc',
          '--crf',
          '23',
          '--preset',
          'slow',
          '--overwrite',
        ],
        ...['--jobs', '3', '--backend', 'gpu', '--quiet'],
      ],
      fakeFiles(['beach.jpg']),
    );
    expect(parsed).toEqual({
      action: 'convert',
      jobs: [{ input: 'a.mp4', source: 'a.mp4', output: 'out.mkv' }],
      leftOut: [],
      makeDirectory: undefined,
      options: {
        background: { type: 'image', source: 'beach.jpg', fit: 'tile' },
        model: 'deeplab-v3',
        keep: ['person', 'dog', 'cat'],
        quality: 'low',
        mask: 'hard',
        edgeSoftness: 0.5,
        lightWrap: 0.25,
        colorMatch: 1,
        brightness: -0.5,
        warmth: 0.2,
        zoom: 1.5,
        follow: true,
        stage: 'matte',
        start: 90,
        duration: 2.5,
        codec: 'hevc',
        crf: 23,
        preset: 'slow',
        overwrite: true,
        backend: 'gpu',
      },
      concurrency: 3,
      style: 'quiet',
    });
  });

  test('accepts names that begin with a dash after --', () => {
    expect(plan(['--', '-talk.mp4']).jobs[0]?.input).toBe('-talk.mp4');
  });

  test('--json takes precedence over --quiet', () => {
    expect(plan(['a.mp4', '--json', '--quiet']).style).toBe('json');
  });

  test.each([
    [[], 'There is no input. Try `elsewhere talk.mp4 --background blur`, or `elsewhere --help`.'],
    [
      ['a.mp4', '--backgroud', 'x'],
      "Unknown option '--backgroud'. Did you mean --background? See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--fit', 'wide'],
      "Option '--fit <how>' argument 'wide' is invalid. Possible are cover, contain, stretch, tile. See `elsewhere --help`.",
    ],
    [['a.mp4', '--background'], "Option '-b, --background <what>' argument missing. See `elsewhere --help`."],
    [
      ['a.mp4', '--crf', 'good'],
      "Option '--crf <number>' argument 'good' is invalid. It must be a number of at least 0. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--jobs', '0'],
      "Option '-j, --jobs <number>' argument '0' is invalid. It must be a whole number above 0. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--backend', 'tpu'],
      "Option '--backend <name>' argument 'tpu' is invalid. Possible are auto, cpu, gpu. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--blur', '1.1'],
      "Option '--blur <strength>' argument '1.1' is invalid. It must be a number from 0 to 1. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--light-wrap', '2'],
      "Option '--light-wrap <number>' argument '2' is invalid. It must be a number from 0 to 1. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--brightness', '-1.1'],
      "Option '--brightness <number>' argument '-1.1' is invalid. It must be a number from -1 to 1. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--zoom', '0.5'],
      "Option '--zoom <number>' argument '0.5' is invalid. It must be a number from 1 to 4. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--color-match', '-1'],
      "Option '--color-match <number>' argument '-1' is invalid. It must be a number from 0 to 1. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--edge-softness', 'soft'],
      "Option '--edge-softness <number>' argument 'soft' is invalid. It must be a number from 0 to 1. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--start', '1:75'],
      "Option '--start <time>' argument '1:75' is invalid. It must be seconds, as in 12.5, or a time, as in 1:30 or 01:02:03.5. See `elsewhere --help`.",
    ],
    [
      ['a.mp4', '--duration', '0'],
      "Option '--duration <time>' argument '0' is invalid. It must be more than 0. See `elsewhere --help`.",
    ],
    [
      ['models', 'lst'],
      "Unknown command 'models lst'. Possible are list, pull ID and verify [ID]. See `elsewhere --help`.",
    ],
    [['models', 'pull'], "Missing required argument 'id'. See `elsewhere --help`."],
    [
      ['completion', 'tcsh'],
      "Command-argument value 'tcsh' is invalid for argument 'shell'. Possible are bash, zsh, fish. See `elsewhere --help`.",
    ],
    [['a.mp4', '-'], "Standard input cannot be read: give a file's name."],
    [['a.mp4', '-o', '-'], "The result cannot go to standard output: give a file's name to -o."],
    [['a.mp4', '--fit', 'tile'], '--fit is for images and videos; the background is a blur.'],
    [['a.mp4', '-b', 'none', '--fit', 'tile'], "--fit is for images and videos; the background is 'none'."],
    [
      ['a.mp4', '-b', 'none', '--blur', '0.5'],
      "--blur does not go with --background 'none': leave one of them out.",
    ],
    [
      ['a.mp4', '-b', 'blur:0.5', '--blur', '0.6'],
      "--background 'blur:0.5' and --blur 0.6 both say how strong: leave one out.",
    ],
  ] as const)('%j is refused with a message', (argv, sentence) => {
    expect(refusal(() => parse(argv))).toEqual({ code: 'USAGE', message: sentence });
  });
});

describe('other commands', () => {
  test('models', () => {
    expect(parse(['models'])).toEqual({ action: 'models list', style: 'people' });
    expect(parse(['models', '--json'])).toEqual({ action: 'models list', style: 'json' });
    expect(parse(['models', 'list', '--json'])).toEqual({ action: 'models list', style: 'json' });
    expect(parse(['models', 'pull', 'deeplab-v3', '-q'])).toEqual({
      action: 'models pull',
      id: 'deeplab-v3',
      style: 'quiet',
    });
    expect(parse(['models', 'pull', 'deeplab-v3', '--from', 'http://m/d'])).toMatchObject({
      from: 'http://m/d',
    });
    expect(parse(['models', 'verify'])).toEqual({ action: 'models verify', style: 'people' });
    expect(parse(['models', 'verify', 'x'])).toMatchObject({ action: 'models verify', id: 'x' });
  });

  test('the help lists every option, with examples and exit codes', () => {
    const help = printed(['--help']);
    for (const part of ['--background', '--keep', 'Examples:', 'talk.elsewhere.mp4', 'Exit codes:', '130']) {
      expect(help).toContain(part);
    }
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(help).not.toContain('\x1b');
    expect(printed(['models', '--help'])).toContain('pull');
    expect(printed(['models', 'pull', '--help'])).toContain('--from');
    expect(printed(['completion', '--help'])).toContain('fpath');
  });

  test('the version', () => {
    expect(printed(['--version'])).toBe('1.2.3\n');
    expect(printed(['-V'])).toBe('1.2.3\n');
  });
});

describe('backgrounds', () => {
  const files = fakeFiles(
    ['beach.jpg', 'loop.mp4', 'none', 'dir.jpg/x.png'],
    ['blur', 'pictures', 'dir.jpg'],
  );

  test.each([
    ['beach.jpg', { type: 'image', source: 'beach.jpg' }],
    ['loop.mp4', { type: 'video', source: 'loop.mp4' }],
    ['dir.jpg/x.png', { type: 'image', source: 'dir.jpg/x.png' }],
    // A file takes precedence over a keyword, a directory does not.
    ['none', { type: 'video', source: 'none' }],
    ['blur', { type: 'blur' }],
    ['Blur', { type: 'blur' }],
    ['blur:0.8', { type: 'blur', strength: 0.8 }],
    ['blur:1', { type: 'blur', strength: 1 }],
    ['blur:.25', { type: 'blur', strength: 0.25 }],
    ['bokeh', { type: 'bokeh' }],
    ['bokeh:0.8', { type: 'bokeh', strength: 0.8 }],
    ['transparent', { type: 'transparent' }],
    ['#00b140', { type: 'color', color: '#00b140' }],
    ['seagreen', { type: 'color', color: 'seagreen' }],
    ['rgb(0 177 64 / 50%)', { type: 'color', color: 'rgb(0 177 64 / 50%)' }],
    ['oklch(0.6 0.1 150)', { type: 'color', color: 'oklch(0.6 0.1 150)' }],
  ])('%s', (value, background) => {
    expect(parseBackground(value, files)).toEqual(background);
  });

  test.each([
    ['beech.jpg', 'BACKGROUND_MISSING', "The background file 'beech.jpg' does not exist."],
    ['./beach', 'BACKGROUND_MISSING', "The background file './beach' does not exist."],
    ['https://example.com/beach.jpg', 'BACKGROUND_MISSING', /is an address, and addresses are not fetched/],
    [
      'pictures',
      'BACKGROUND_UNREADABLE',
      "The background 'pictures' is a directory: give the path of an image or a video.",
    ],
    [
      'blur:2',
      'BACKGROUND_INVALID',
      "'blur:2' is not a background: the strength of blur is a number from 0 to 1, as in blur:0.8.",
    ],
    [
      'blur:',
      'BACKGROUND_INVALID',
      "'blur:' is not a background: the strength of blur is a number from 0 to 1, as in blur:0.8.",
    ],
    [
      'bokeh:-1',
      'BACKGROUND_INVALID',
      "'bokeh:-1' is not a background: the strength of bokeh is a number from 0 to 1, as in bokeh:0.8.",
    ],
    ['facade', 'BACKGROUND_INVALID', /^'facade' is not a background. Use .*seagreen\.$/],
    ['beech', 'BACKGROUND_INVALID', /^'beech' is not a background/],
    ['', 'BACKGROUND_INVALID', /^'' is not a background/],
    ['--overwrite', 'BACKGROUND_INVALID', /^'--overwrite' is not a background/],
  ])('%j is refused', (value, code, message) => {
    const refused = refusal(() => parseBackground(value, files));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
  });

  test('--blur alone means a blur of that strength, and sets the strength of a background blur', () => {
    expect(plan(['a.mp4', '--blur', '0.3']).options.background).toEqual({ type: 'blur', strength: 0.3 });
    expect(plan(['a.mp4', '-b', 'blur', '--blur', '0']).options.background).toEqual({
      type: 'blur',
      strength: 0,
    });
  });
});

describe('outputs', () => {
  const files = fakeFiles(['/v/a.mp4', 'old.mp4'], ['out']);
  const outputs = (inputs: readonly string[], output?: string, options = {}) =>
    planOutputs(inputs, output, options, files);
  const names = (inputs: readonly string[], output?: string, options = {}) =>
    outputs(inputs, output, options).jobs.map((job) => job.output);

  test('are next to their inputs by default', () => {
    expect(names(['/v/a.mp4', 'b.MOV', '../c.d.webm'])).toEqual([
      '/v/a.elsewhere.mp4',
      'b.elsewhere.mov',
      '../c.d.elsewhere.webm',
    ]);
    expect(names(['-talk'])).toEqual(['-talk.elsewhere.mp4']);
  });

  test('go into a directory that exists or is to be created', () => {
    expect(names(['/v/a.mp4', 'b.mkv'], 'out')).toEqual(['out/a.elsewhere.mp4', 'out/b.elsewhere.mkv']);
    expect(outputs(['/v/a.mp4'], 'out/').makeDirectory).toBeUndefined();
    expect(outputs(['/v/a.mp4', 'b.mkv'], 'new/')).toMatchObject({
      makeDirectory: 'new/',
      jobs: [{ output: 'new/a.elsewhere.mp4' }, { output: 'new/b.elsewhere.mkv' }],
    });
  });

  test('are named after the kind of input', () => {
    const sources = (...inputs: string[]) =>
      inputs.map((input) => outputs([input], 'out.mp4').jobs[0]?.source);
    expect(sources('camera', 'camera:', 'camera:/dev/video2')).toEqual([
      { type: 'camera' },
      { type: 'camera' },
      { type: 'camera', device: '/dev/video2' },
    ]);
    expect(sources('lavfi:testsrc2=size=320x180:rate=25')).toEqual([
      { type: 'lavfi', graph: 'testsrc2=size=320x180:rate=25' },
    ]);
    expect(sources('lavfi', 'camera.mp4', 'my:camera')).toEqual(['lavfi', 'camera.mp4', 'my:camera']);
  });

  test('can be a file for one input', () => {
    expect(names(['/v/a.mp4'], 'old.mp4')).toEqual(['old.mp4']);
  });

  test.each([
    [
      ['a.mp4', 'b.mp4'],
      'new',
      "2 inputs need a directory for their results, and 'new' is not there: write 'new/' to have it made.",
    ],
    [['a.mp4', 'b.mp4'], 'old.mp4', "2 inputs need a directory for their results, and 'old.mp4' is a file."],
    [['a.mp4', 'a.mp4'], undefined, "'a.mp4' is there twice."],
    [
      ['x/a.mp4', 'y/a.mp4'],
      'out',
      "'x/a.mp4' and 'y/a.mp4' would both become 'out/a.elsewhere.mp4': convert them one at a time, or into different directories.",
    ],
    [
      ['a.avi', './a.mp4'],
      undefined,
      "'a.avi' and './a.mp4' would both become 'a.elsewhere.mp4': convert them one at a time, or into different directories.",
    ],
    [['camera'], undefined, "'camera' has no name for its result: give one with -o, as in -o recording.mp4."],
    [
      ['camera:/dev/video0'],
      'out',
      "'camera:/dev/video0' has no name for its result: give one with -o, as in -o recording.mp4.",
    ],
    [['a.mp4', 'lavfi:testsrc'], 'out', "'lavfi:testsrc' is recorded by itself: leave the other inputs out."],
    [['a.mp4'], '', 'The name after -o is empty.'],
  ])('%j to %j is refused', (inputs, output, message) => {
    expect(refusal(() => outputs(inputs, output))).toEqual({ code: 'USAGE', message });
  });

  test('a file is not a directory, even with a slash', () => {
    const slash = { ...files, kind: (): 'file' => 'file' };
    expect(refusal(() => planOutputs(['a.mp4'], 'old.mp4/', {}, slash)).code).toBe('OUTPUT_UNWRITABLE');
  });

  const image = (name: ImageFormat): FileFormat => ({ kind: 'image', name });
  const video = (name?: VideoFormat): FileFormat => ({ kind: 'video', ...(name && { name }) });

  test.each([
    ['.mp4', video('mp4'), undefined, undefined, '.mp4'],
    ['.M4V', video('mp4'), undefined, undefined, '.m4v'],
    ['.mov', video('mov'), undefined, undefined, '.mov'],
    ['.3gp', video('mp4'), undefined, undefined, '.mp4'],
    ['.avi', video(), undefined, undefined, '.mp4'],
    ['.ts', video(), undefined, undefined, '.mp4'],
    ['', video(), undefined, undefined, '.mp4'],
    ['.gif', video(), undefined, undefined, '.mp4'],
    ['.webp', video(), undefined, undefined, '.mp4'],
    ['.jpg', image('jpeg'), undefined, undefined, '.jpg'],
    ['.webp', image('webp'), undefined, undefined, '.webp'],
    ['.heic', image('heif'), undefined, undefined, '.png'],
    ['.jpg', image('jpeg'), 'transparent', undefined, '.png'],
    ['.mp4', video('mp4'), 'transparent', undefined, '.webm'],
    ['.mov', video('mov'), 'transparent', undefined, '.webm'],
    ['.mp4', video('mp4'), 'transparent', 'prores', '.mov'],
    ['.mp4', video('mp4'), undefined, 'prores', '.mov'],
    ['.mp4', video('mp4'), undefined, 'vp9', '.mp4'],
    ['.mov', video('mov'), undefined, 'vp9', '.webm'],
    ['.webm', video('webm'), undefined, 'h264', '.mp4'],
    ['.mkv', video('matroska'), undefined, 'hevc', '.mkv'],
    ['.mp4', video('mp4'), undefined, 'ffv1', '.mkv'],
    // Files without an extension, or with another one's.
    ['', image('jpeg'), undefined, undefined, '.jpg'],
    ['.png', image('jpeg'), undefined, undefined, '.jpg'],
    ['.mp4', image('png'), undefined, undefined, '.png'],
    ['.jpg', image('bmp'), undefined, undefined, '.png'],
    ['', video('webm'), undefined, undefined, '.webm'],
    ['.jpg', video('mp4'), undefined, undefined, '.mp4'],
    ['.mp4', video('matroska'), undefined, undefined, '.mkv'],
    ['.mkv', video('mov'), undefined, undefined, '.mov'],
    ['.mkv', video('mp4'), undefined, 'prores', '.mov'],
  ] as const)('%s that is %j, %s, %s -> %s', (own, format, background, codec, extension) => {
    const options = {
      ...(background ? { background: { type: background } } : {}),
      ...(codec ? { codec } : {}),
    };
    expect(defaultExtension(own, format, options)).toBe(extension);
  });

  test.each([
    [['c1.mp4', 'c1.elsewhere.mp4'], undefined, ['c1.mp4'], [['c1.elsewhere.mp4', 'c1.mp4']]],
    [['c1.elsewhere.mp4', './c1.mov'], undefined, ['./c1.mov'], [['c1.elsewhere.mp4', './c1.mov']]],
    // The result of a result.
    [
      ['a.elsewhere.elsewhere.mp4', 'a.elsewhere.mp4', 'a.mp4'],
      undefined,
      ['a.mp4'],
      [
        ['a.elsewhere.elsewhere.mp4', 'a.elsewhere.mp4'],
        ['a.elsewhere.mp4', 'a.mp4'],
      ],
    ],
    // Results in the folder for results.
    [['a.mp4', 'out/a.elsewhere.webm'], 'out', ['a.mp4'], [['out/a.elsewhere.webm', 'a.mp4']]],
    // Its source is not among the inputs, or in another folder, or of another kind.
    [['c1.elsewhere.mp4', 'c2.mp4'], undefined, ['c1.elsewhere.mp4', 'c2.mp4'], []],
    [['c1.elsewhere.mp4'], undefined, ['c1.elsewhere.mp4'], []],
    [['x/c1.mp4', 'c1.elsewhere.mp4'], undefined, ['x/c1.mp4', 'c1.elsewhere.mp4'], []],
    [['c1.jpg', 'c1.elsewhere.mp4'], undefined, ['c1.jpg', 'c1.elsewhere.mp4'], []],
    [['c1.mp4', 'myelsewhere.mp4'], undefined, ['c1.mp4', 'myelsewhere.mp4'], []],
  ] as const)('of %j in %s: only %j are converted', (inputs, output, converted, leftOut) => {
    const there = fakeFiles([...inputs], ['out']);
    const found = planOutputs(inputs, output, {}, there);
    expect(found.jobs.map(({ input }) => input)).toEqual(converted);
    expect(found.leftOut.map(({ input, madeFrom }) => [input, madeFrom])).toEqual(leftOut);
  });

  test('a file has precedence over the words for cameras and generated videos', () => {
    const odd = fakeFiles(['camera', 'lavfi:movie=other.mp4']);
    const sources = (input: string) => planOutputs([input], 'out.mp4', {}, odd).jobs[0]?.source;
    expect(['camera', 'lavfi:movie=other.mp4'].map(sources)).toEqual(['camera', 'lavfi:movie=other.mp4']);
  });
});

describe('times', () => {
  test.each([
    ['0', 0],
    ['90', 90],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1:30', 90],
    ['01:02:03.5', 3723.5],
    ['100:00:00', 360000],
  ])('%s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  test.each(['', 'x', '-1', '1:60', '1:60:00', '1:2:3:4', '1e3', '1,5', '0x10', ':30', '5s'])(
    '%j is refused',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('are formatted for people', () => {
    expect([0, 7.4, 59.6, 754, 3723].map(formatDuration)).toEqual([
      '0:00',
      '0:07',
      '1:00',
      '12:34',
      '1:02:03',
    ]);
  });
});
