import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOutput } from '../src/paths.js';

let folder: string;
const at = (name: string) => join(folder, name);
const DAY = 24 * 60 * 60;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-part-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (name: string, overwrite = false) => checkOutput(at(name), { overwrite, input: undefined });

describe('the file into which an output is written first', () => {
  it('is beside it, new, and has another name each time', async () => {
    const parts = await Promise.all(Array.from({ length: 5 }, async () => (await check('talk.mp4')).part));
    expect(new Set(parts).size).toBe(5);
    for (const part of parts) {
      expect(part).toMatch(/\/\.talk\.mp4\.elsewhere-\d+-[0-9a-f]{16}\.part$/);
      expect(statSync(part).size).toBe(0);
      expect(statSync(part).mode & 0o777).toBe(0o666 & ~process.umask());
    }
  });

  it('has a name that the file system takes', async () => {
    const { part } = await check(`${'ö'.repeat(120)}.mp4`);
    expect(existsSync(part)).toBe(true);
  });

  it('is never a link that waits there under the name that it used to have', async () => {
    writeFileSync(at('victim'), 'precious');
    for (let count = 0; count < 50; count++)
      symlinkSync(at('victim'), at(`.talk.mp4.elsewhere-${process.pid}-${count}.part`));
    const { part } = await check('talk.mp4');
    expect(lstatSync(part).isFile()).toBe(true);
    expect(readFileSync(at('victim'), 'utf8')).toBe('precious');
  });

  it.each([0o600, 0o640, 0o444])('is no more open than the file that it replaces (%o)', async (mode) => {
    writeFileSync(at('old.mp4'), 'old');
    chmodSync(at('old.mp4'), mode);
    const target = await check('old.mp4', true);
    expect(target.mode).toBe(mode);
    expect(statSync(target.part).mode & 0o077 & ~mode).toBe(0);
  });

  it('takes the place of those that killed processes have left, and of nothing else', async () => {
    const nobody = 2 ** 31 - 2;
    const old = (name: string, make: (path: string) => void = (path) => writeFileSync(path, 'x')) => {
      make(at(name));
      if (!lstatSync(at(name)).isSymbolicLink()) {
        const then = Date.now() / 1000 - 2 * DAY;
        utimesSync(at(name), then, then);
      }
    };
    old(`.gone.mp4.elsewhere-${nobody}-0123456789abcdef.part`);
    old(`.earlier.mp4.elsewhere-${nobody}-3.part`);
    const kept = [
      `.running.mp4.elsewhere-${process.pid}-0123456789abcdef.part`,
      `.folder.mp4.elsewhere-${nobody}-0123456789abcdef.part`,
      `.link.mp4.elsewhere-${nobody}-0123456789abcdef.part`,
      '.talk.mp4.elsewhere-job',
      'talk.mp4.part',
      `.talk.mp4.${nobody}.part`,
      'target',
    ];
    old(kept[0] ?? '');
    old(kept[1] ?? '', mkdirSync);
    writeFileSync(at('target'), 'x');
    old(kept[2] ?? '', (path) => symlinkSync(at('target'), path));
    old(kept[3] ?? '', mkdirSync);
    old(kept[4] ?? '');
    old(kept[5] ?? '');
    const young = `.young.mp4.elsewhere-${nobody}-0123456789abcdef.part`;
    writeFileSync(at(young), 'x');
    const { part } = await check('talk.mp4');
    expect(readdirSync(folder).sort().map(at)).toEqual([...kept, young].map(at).concat(part).sort());
  });
});
