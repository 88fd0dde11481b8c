import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ELSEWHERE, newDirectory, startProcess } from './command.js';

const CAMERA = 'lavfi:color=white:size=64x36:rate=25';

test('frames come out of standard output at a steady rate', async () => {
  const argv = [
    ELSEWHERE,
    'virtual-camera',
    '--camera',
    CAMERA,
    '--to',
    '-',
    '--duration',
    '1',
    '-b',
    'black',
  ];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let messages = '';
  child.stdout.on('data', (data: Buffer) => chunks.push(data));
  child.stderr.on('data', (data: Buffer) => {
    messages += data.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, messages]).toEqual([0, 'Live: the generated video on standard output, 64x36 at 25 fps.\n']);
  const y4m = Buffer.concat(chunks);
  const start = y4m.indexOf('\n') + 1;
  const frame = 6 + (64 * 36 * 3) / 2;
  const frames = (y4m.length - start) / frame;
  expect(Number.isInteger(frames)).toBe(true);
  expect(frames).toBeGreaterThan(5);
  expect(frames).toBeLessThan(28);
  // Black from the first frame on: the white camera background is in none.
  for (let index = 0; index < frames; index++) expect(y4m[start + index * frame + 6]).toBe(16);
});

test('it is controlled by other processes, and ended by SIGTERM as by systemd', async () => {
  const directory = newDirectory();
  const env = { XDG_RUNTIME_DIR: directory };
  const running = startProcess(['virtual-camera', '--camera', CAMERA, '--to', 'out.y4m'], {
    cwd: directory,
    env,
  });
  await running.until('stderr', /Live: /);
  const socket = join(directory, 'elsewhere/out.y4m.sock');
  await expect.poll(() => existsSync(socket)).toBe(true);
  const control = startProcess(['virtual-camera', 'set', '-b', 'red', '--json'], { cwd: directory, env });
  const { code, stdout } = await control.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'live', background: { type: 'color', color: 'red' } });
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 0, signal: null });
  expect(existsSync(socket)).toBe(false);
});
