import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseArguments } from '../src/arguments.js';
import { EXIT_CODES, exitCodeOf } from '../src/exit-codes.js';
import { disk } from '../src/files.js';

const ELSEWHERE = fileURLToPath(new URL('../bin/elsewhere.js', import.meta.url));
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'elsewhere-cli-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function elsewhere(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ELSEWHERE_MODELS: join(directory, 'models') };
    const child = spawn(process.execPath, [ELSEWHERE, ...argv], { cwd: directory, env });
    const result = { code: null as number | null, stdout: '', stderr: '' };
    child.stdout.on('data', (data: Buffer) => {
      result.stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      result.stderr += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code }));
  });
}

function printed(...argv: string[]): string {
  const plan = parseArguments(argv, { version: '0', files: disk });
  if (plan.action !== 'print') throw new Error(`planned ${plan.action}`);
  return plan.text;
}

describe('the command as a process', () => {
  test('prints --help and --version', async () => {
    const help = await elsewhere('--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Usage: elsewhere [options] <input...>');
    const manifest: { version: string } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    );
    expect(await elsewhere('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('refuses a missing input and an unknown option', async () => {
    expect(await elsewhere()).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'elsewhere: There is no input. Try `elsewhere talk.mp4 --background blur`, or `elsewhere --help`.\n',
    });
    expect(await elsewhere('a.mp4', '--ouput', 'x')).toEqual({
      code: 2,
      stdout: '',
      stderr: "elsewhere: Unknown option '--ouput'. Did you mean --output? See `elsewhere --help`.\n",
    });
  });

  test('refuses a missing input, a directory, and a missing background', async () => {
    const missing = await elsewhere('missing.mp4');
    expect(missing).toMatchObject({ code: 3, stdout: '' });
    expect(missing.stderr).toMatch(/^elsewhere: .*missing\.mp4.*\n$/);
    expect((await elsewhere(directory)).code).toBe(3);
    expect(await elsewhere('missing.mp4', '-b', 'beach.jpg')).toEqual({
      code: 5,
      stdout: '',
      stderr: "elsewhere: The background file 'beach.jpg' does not exist.\n",
    });
  });

  test('lists and verifies models', async () => {
    const list = await elsewhere('models', '--json');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    const states = list.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(states).toMatchObject([
      { id: 'selfie-landscape', state: 'bundled', default: true, runtime: 'elsewhere' },
      { id: 'selfie-square', state: 'bundled', runtime: 'elsewhere' },
      { id: 'deeplab-v3', state: 'absent', runtime: 'elsewhere' },
    ]);
    expect(await elsewhere('models', 'verify', 'deeplab-v3')).toMatchObject({ code: 6, stdout: '' });
    const pull = await elsewhere('models', 'pull', 'deeplab-v3', '--from', 'http://127.0.0.1:9/model');
    expect(pull).toMatchObject({ code: 6, stdout: '' });
    expect(pull.stderr).toMatch(/^elsewhere: The download of the model 'deeplab-v3' .* put it at '.*'\.\n$/);
  });

  test('runs networks with relaxed SIMD in its threads, on every version of Node', async () => {
    const spy = join(directory, 'spy.mjs');
    writeFileSync(
      spy,
      `import { appendFileSync } from 'node:fs';
      const { compile } = WebAssembly;
      WebAssembly.compile = (bytes) => {
        appendFileSync('compiled', bytes.byteLength + '\\n');
        return compile(bytes);
      };`,
    );
    const argv = ['lavfi:testsrc2=size=64x64:rate=25', '--duration', '0.2', '-o', 'out.mp4', '--quiet'];
    const env = { ...process.env, NODE_OPTIONS: `--import=${pathToFileURL(spy).href}` };
    execFileSync(process.execPath, [ELSEWHERE, ...argv], { cwd: directory, env });
    const { size } = statSync(
      createRequire(import.meta.url).resolve('@elsewhere/engine/network-relaxed.wasm'),
    );
    expect(readFileSync(join(directory, 'compiled'), 'utf8').split('\n')).toContain(String(size));
  });

  test('prints no stack trace when its output is closed', async () => {
    const script = '("$@" --help; echo $? >code) 2>errors | true';
    execFileSync('sh', ['-c', script, 'sh', process.execPath, ELSEWHERE], { cwd: directory });
    expect(readFileSync(join(directory, 'errors'), 'utf8')).toBe('');
    expect(readFileSync(join(directory, 'code'), 'utf8')).toBe('0\n');
  });
});

describe('completion', () => {
  test('completes every option in every shell', () => {
    const options = printed('--help').match(/--[a-z]+(?= )/g) ?? [];
    expect(options.length).toBeGreaterThan(15);
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = printed('completion', shell);
      for (const option of options) {
        expect(script).toContain(shell === 'fish' ? `-l ${option.slice(2)}` : option);
      }
      expect(script).toContain('deeplab-v3');
      expect(script).not.toContain('undefined');
    }
  });

  test('completes options, values, subcommands and files in bash', () => {
    writeFileSync(join(directory, 'a talk.mp4'), '');
    writeFileSync(join(directory, 'completion.sh'), printed('completion', 'bash'));
    const complete = (...words: string[]) => {
      const script = `. ./completion.sh; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _elsewhere; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const output = execFileSync('bash', ['-c', script, 'bash', 'elsewhere', ...words], { cwd: directory });
      return output.toString().trimEnd().split('\n').sort();
    };
    expect(complete('--ov')).toEqual(['--overwrite']);
    expect(complete('a.mp4', '--fit', 'c')).toEqual(['contain', 'cover']);
    expect(complete('a.mp4', '-b', '')).toEqual([
      'a talk.mp4',
      'blur',
      'bokeh',
      'completion.sh',
      'none',
      'transparent',
    ]);
    expect(complete('a.mp4', '--model', 'd')).toEqual(['deeplab-v3']);
    expect(complete('mod')).toEqual(['models']);
    expect(complete('a')).toEqual(['a talk.mp4']);
    expect(complete('models', 'pu')).toEqual(['pull']);
    expect(complete('models', 'pull', 'deep')).toEqual(['deeplab-v3']);
    expect(complete('completion', 'z')).toEqual(['zsh']);
  });
});

describe('the README', () => {
  // options.test.ts compares its options.
  test('lists every exit code', () => {
    for (const { value, meaning } of Object.values(EXIT_CODES))
      expect(README).toContain(`| ${value} | ${meaning} |`);
  });
});

test('every thrown value has an exit code', () => {
  const withCode = (code: string) => Object.assign(new Error('x'), { code });
  expect(exitCodeOf(withCode('INPUT_MISSING'))).toBe(3);
  expect(exitCodeOf(withCode('DISK_FULL'))).toBe(4);
  expect(exitCodeOf(withCode('BACKGROUND_INVALID'))).toBe(5);
  expect(exitCodeOf(withCode('MODEL_CHECKSUM'))).toBe(6);
  expect(exitCodeOf(withCode('CANCELLED'))).toBe(130);
  expect(exitCodeOf(withCode('OUT_OF_MEMORY'))).toBe(1);
  expect(exitCodeOf(withCode('ENOENT'))).toBe(1);
  expect(exitCodeOf(withCode('toString'))).toBe(1);
  expect(exitCodeOf('a text')).toBe(1);
  expect(exitCodeOf(undefined)).toBe(1);
});

test('the file system says what is at a path', () => {
  const path = join(directory, 'photo');
  writeFileSync(path, Buffer.from('\xff\xd8\xff\xe0', 'latin1'));
  expect(disk.format(path)).toEqual({ kind: 'image', name: 'jpeg' });
  expect(disk.format(join(directory, 'missing'))).toEqual({ kind: 'video' });
  expect(disk.kind(path)).toBe('file');
  expect(disk.kind(directory)).toBe('directory');
  expect(disk.kind(`${path}/below`)).toBeUndefined();
  expect(disk.kind('nul\0')).toBeUndefined();
});
