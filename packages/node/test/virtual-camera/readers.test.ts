import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReaderWatcher, readerCounter } from '../../src/virtual-camera/readers.js';

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-readers-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Processes and the files that they have open. */
function processes(all: Readonly<Record<number, readonly string[]>>): void {
  rmSync(at('proc'), { recursive: true, force: true });
  mkdirSync(at('proc'));
  writeFileSync(at('proc/uptime'), '');
  for (const [id, files] of Object.entries(all)) {
    mkdirSync(at(`proc/${id}/fd`), { recursive: true });
    files.forEach((file, index) => {
      symlinkSync(file, at(`proc/${id}/fd/${index}`));
    });
  }
}

/** The kernel's count of open loopback devices. */
function uses(count: number): void {
  mkdirSync(at('sys/module/v4l2loopback'), { recursive: true });
  writeFileSync(at('sys/module/v4l2loopback/refcnt'), `${count}\n`);
}

describe('readers of a file', () => {
  it('are other processes that have it open', async () => {
    writeFileSync(at('out.y4m'), '');
    const count = () => readerCounter(at('out.y4m'), [], { sys: at('sys'), self: 0 })();
    expect(await count()).toBe(0);
    const file = await open(at('out.y4m'));
    expect(await count()).toBe(1);
    await file.close();
    expect(await count()).toBe(0);
  });

  it('do not include this process', async () => {
    processes({ 7: ['/dev/video10', '/dev/null'], 8: ['/dev/video10', '/dev/video10'], 9: ['/dev/video2'] });
    const sources = { proc: at('proc'), sys: at('sys'), self: 7 };
    expect(await readerCounter('/dev/video10', [], sources)()).toBe(1);
  });
});

describe('readers of a loopback device', () => {
  const count = (others: readonly string[] = []) =>
    readerCounter('/dev/video10', others, { proc: at('proc'), sys: at('sys'), self: 7 })();

  it('include those of other users, which only the kernel sees', async () => {
    processes({ 7: ['/dev/video10'] });
    uses(1);
    expect(await count()).toBe(0);
    uses(3);
    expect(await count()).toBe(2);
  });

  it('do not include those of other loopback devices', async () => {
    processes({ 7: ['/dev/video10'], 8: ['/dev/video11'], 9: ['/dev/video11'] });
    uses(3);
    expect(await count(['/dev/video11'])).toBe(0);
  });
});

describe('the watcher', () => {
  it('ignores a program that opens the device for a moment', async () => {
    vi.useFakeTimers();
    let found = 0;
    const watcher = new ReaderWatcher(async () => found, 100);
    await vi.advanceTimersByTimeAsync(300);
    found = 1;
    await vi.advanceTimersByTimeAsync(100);
    found = 0;
    await vi.advanceTimersByTimeAsync(300);
    expect(watcher.readers).toBe(0);
    found = 2;
    await vi.advanceTimersByTimeAsync(300);
    expect(watcher.readers).toBe(2);
    watcher[Symbol.dispose]();
    found = 5;
    await vi.advanceTimersByTimeAsync(300);
    expect(watcher.readers).toBe(2);
  });
});
