import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeClip, tone } from './clips.js';
import { contentsOf, convert, elsewhere, expectRefusal, hashOf, newDirectory } from './command.js';

const directory = newDirectory();
const at = (name: string) => join(directory, name);
const small = at('small');
/** A small file system, which is soon full. Only root may mount one. */
const hasSmallDisk = mount();

function mount(): boolean {
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeAll(async () => {
  await makeClip(at('talk.mp4'), { frames: 25 }, { audio: [tone(1)] });
});

afterAll(() => {
  if (hasSmallDisk) execFileSync('umount', [small]);
});

describe.skipIf(!hasSmallDisk)('a full disk (needs permission to mount one)', () => {
  test.each([
    ['out.mp4', ['--crf', '1']],
    ['out.mkv', ['--codec', 'ffv1']],
    ['out.webm', ['--crf', '1']],
  ] as const)('%s: prints one message and leaves nothing behind', async (name, options) => {
    const before = hashOf(at('talk.mp4'));
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', join(small, name), '-b', 'none', '-q', ...options]),
      4,
      /no space left.*out\./i,
    );
    expect(contentsOf(small)).toEqual({});
    expect(hashOf(at('talk.mp4'))).toBe(before);
  });

  test('is reported when it is full from the start, also for an image', async () => {
    writeFileSync(join(small, 'filler'), Buffer.alloc(60 * 1024));
    onTestFinished(() => rmSync(join(small, 'filler')));
    const noise = {
      create: {
        width: 300,
        height: 300,
        channels: 3 as const,
        background: 'grey',
        noise: { type: 'gaussian' as const, mean: 128, sigma: 60 },
      },
    };
    await sharp(noise).png().toFile(at('noise.png'));
    for (const [input, output] of [
      ['talk.mp4', 'out.mp4'],
      ['noise.png', 'out.png'],
    ] as const) {
      expectRefusal(
        await elsewhere([at(input), '-o', join(small, output), '-b', 'none', '-q']),
        4,
        /no space left/i,
      );
    }
    expect(Object.keys(contentsOf(small))).toEqual(['filler']);
  });
});

describe('an unwritable output', () => {
  // Root may write everywhere.
  test.skipIf(process.getuid?.() === 0)(
    'can be a directory without write permission (cannot run as root)',
    async () => {
      mkdirSync(at('closed'));
      chmodSync(at('closed'), 0o555);
      expectRefusal(
        await elsewhere([at('talk.mp4'), '-o', at('closed/out.mp4')]),
        4,
        /permission|cannot be written/,
      );
      expect(contentsOf(at('closed'))).toEqual({});
    },
  );

  test('can be a directory of procfs', async () => {
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', '/proc/out.mp4']),
      4,
      /\/proc\/out\.mp4 cannot be written/,
    );
  });

  test('can be a file instead of a directory; a directory instead of a file takes the result', async () => {
    const before = contentsOf(directory);
    writeFileSync(at('file'), '');
    expectRefusal(await elsewhere([at('talk.mp4'), '-o', at('file/out.mp4')]), 4, /cannot be written/);
    expectRefusal(await elsewhere([at('talk.mp4'), '-o', at('file/')]), 4, /file.*not a directory/);
    mkdirSync(at('name.mp4'));
    // An existing directory takes the result under its usual name, even if its own name looks like a file's.
    await convert(at('talk.mp4'), at('name.mp4'), ['--duration', '0.2']);
    expect(Object.keys(contentsOf(at('name.mp4')))).toEqual(['talk.elsewhere.mp4']);
    expect(hashOf(at('talk.mp4'))).toBe(before['talk.mp4']);
  });

  test.skipIf(!existsSync('/dev/full'))('can be a link to a device that is always full', async () => {
    symlinkSync('/dev/full', at('full.mkv'));
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', at('full.mkv'), '-q', '--overwrite']),
      4,
      /no space left|cannot be written/i,
    );
    expect(existsSync('/dev/full')).toBe(true);
  });

  test('can be a broken symbolic link, which is not replaced', async () => {
    symlinkSync(at('no/where.mp4'), at('loose.mp4'));
    expectRefusal(
      await elsewhere([at('talk.mp4'), '-o', at('loose.mp4'), '--overwrite']),
      4,
      /broken symbolic link/,
    );
  });

  test('can be a link to the input, even with --overwrite', async () => {
    symlinkSync('talk.mp4', at('alias.mp4'));
    const before = hashOf(at('talk.mp4'));
    expectRefusal(await elsewhere([at('talk.mp4'), '-o', at('alias.mp4'), '--overwrite']), 4, /input itself/);
    expectRefusal(await elsewhere([at('alias.mp4'), '-o', at('talk.mp4'), '--overwrite']), 4, /input itself/);
    expect(hashOf(at('talk.mp4'))).toBe(before);
  });
});
