import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** An `@example` in the documentation. */
export interface Example {
  /** Its path in `src`. */
  readonly file: string;
  readonly code: string;
}

/** Whether an example needs a GPU. */
export function needsGpu({ file }: Example): boolean {
  return /\bgpu\b/.test(file);
}

/** All examples in the TSDoc of the engine. */
export function findExamples(): readonly Example[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ts$/.test(name),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(SOURCE, file), 'utf8');
    const blocks = source.matchAll(/@example\s+\* ```ts\n([\s\S]*?)\* ```/g);
    return [...blocks].map(([, block = '']) => ({ file, code: block.replace(/^\s*\* ?/gm, '') }));
  });
}

/** Runs an example with values that are available by name, and checks that it prints what its comments say. */
export async function checkExample(
  { code }: Example,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await run(code, values);
    expect(log.mock.calls.map((printed) => printed.join(' '))).toEqual(expectedOutput(code));
  } finally {
    log.mockRestore();
  }
}

/** The output that the comments after `console.log(...)` announce. */
function expectedOutput(code: string): readonly string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output = '']) => output);
}

async function run(code: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const disposables: Disposable[] = [];
  const use = <T extends Disposable>(resource: T): T => {
    disposables.push(resource);
    return resource;
  };
  const scope = { ...values, use };
  // Node 20 does not support `using`.
  const statements = code.replace(/\busing (\w+) = (.*);$/gm, 'const $1 = use($2);');
  const body = `{ ${statements} }`; // a block, which may declare a name of the scope anew
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  try {
    await new AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
  } finally {
    for (const disposable of disposables) disposable[Symbol.dispose]();
  }
}
