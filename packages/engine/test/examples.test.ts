import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import * as engine from '../src/index.js';
import { plainFrame } from './support/frames.js';
import { kernelModule } from './support/kernels.js';
import { constant, FakeSegmenter } from './support/segmenters.js';

const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/** An `@example` in the documentation. */
interface Example {
  readonly file: string;
  readonly code: string;
}

/** All examples in the TSDoc of the engine. */
function findExamples(): readonly Example[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.ts$/.test(name),
  );
  return files.flatMap((file) => {
    const source = readFileSync(join(SOURCE, file), 'utf8');
    const blocks = source.matchAll(/@example\s+\* ```ts\n([\s\S]*?)\* ```/g);
    return [...blocks].map(([, block = '']) => ({ file, code: block.replace(/^\s*\* ?/gm, '') }));
  });
}

/** The output that the comments after `console.log(...)` announce. */
function expectedOutput(code: string): readonly string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, output = '']) => output);
}

/** Runs an example. The engine's exports and a few prepared values are available by name. */
async function run(code: string): Promise<void> {
  const disposables: Disposable[] = [];
  const use = <T extends Disposable>(resource: T): T => {
    disposables.push(resource);
    return resource;
  };
  const scope: Readonly<Record<string, unknown>> = {
    ...engine,
    use,
    kernels: kernelModule,
    segmenter: new FakeSegmenter(constant(1)),
    frame: plainFrame(64, 36, [120, 90, 60]),
  };
  // Node 20 does not support `using`.
  const body = code.replace(/\busing (\w+) = (.*);$/gm, 'const $1 = use($2);');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  try {
    await new AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
  } finally {
    for (const disposable of disposables) disposable[Symbol.dispose]();
  }
}

const examples = findExamples();

it('every public entry point of the engine has an example', () => {
  const documented = examples.map(({ code }) => code).join('\n');
  for (const name of ['Pipeline.create', 'pipeline.process', 'createCpuBackend', 'copyFrame']) {
    expect(documented).toContain(`${name}(`);
  }
});

it.each(examples)('the example in $file prints what its comments say: $code', async ({ code }) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await run(code);
    expect(log.mock.calls.map((values) => values.join(' '))).toEqual(expectedOutput(code));
  } finally {
    log.mockRestore();
  }
});
