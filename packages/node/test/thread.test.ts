import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const MODULE = pathToFileURL(join(import.meta.dirname, '../dist/worker/thread.js')).href;

/** What a process printed that runs a script with the module's functions. */
function run(script: string): {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
} {
  const head = `const { prepareThread, takeThread } = await import('${MODULE}');\n`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', head + script],
    {
      encoding: 'utf8',
    },
  );
  return { stdout, stderr, status };
}

it('a prepared thread that nobody takes keeps no process alive', () => {
  expect(run(`prepareThread({ v8Flags: [] }); console.log('prepared');`)).toEqual({
    stdout: 'prepared\n',
    stderr: '',
    status: 0,
  });
});

it('a process can exit at any time while a thread is prepared', () => {
  expect(run(`prepareThread({ v8Flags: [] }); setTimeout(() => process.exit(3), 20);`)).toEqual({
    stdout: '',
    stderr: '',
    status: 3,
  });
});

it('the prepared thread is taken once, and whoever comes next gets a new one', () => {
  const { stdout, status } = run(`
    prepareThread({ v8Flags: [] });
    const threads = [takeThread(), takeThread(), takeThread()];
    console.log(new Set(threads.map(({ threadId }) => threadId)).size);
    process.exit();
  `);
  expect({ stdout, status }).toEqual({ stdout: '3\n', status: 0 });
});
