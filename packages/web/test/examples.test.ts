import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const web = join(root, 'packages/web');

/** Every public entry point, and where it is declared. */
const ENTRY_POINTS: Readonly<Record<string, string>> = {
  VirtualBackground: 'src/virtual-background.ts',
  create: 'src/virtual-background.ts',
  process: 'src/virtual-background.ts',
  setBackground: 'src/virtual-background.ts',
  convertVideo: 'src/converter/convert-video.ts',
  VirtualBackgroundElement: 'src/element.ts',
  JitsiEffect: 'src/adapters/jitsi.ts',
  LiveKitProcessor: 'src/adapters/livekit.ts',
  useVirtualBackground: 'src/adapters/react.ts',
  TwilioProcessor: 'src/adapters/twilio.ts',
  attachToSender: 'src/adapters/webrtc.ts',
};

/** Code blocks of a Markdown text. */
function blocksOf(text: string): { language: string; code: string }[] {
  return Array.from(text.matchAll(/^```(tsx?)\n(.*?)^```/gms), ([, language = 'ts', code = '']) => ({
    language,
    code,
  }));
}

/** The comment before a declaration, without its asterisks. */
function commentOf(source: string, name: string): string {
  const declaration = new RegExp(
    `/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:export |static |async |function |class )*${name}\\b`,
    's',
  );
  return (declaration.exec(source)?.[1] ?? '').replace(/^ *\* ?/gm, '');
}

/** Compiles examples as an application would, each a module of its own; gives the compiler's complaints. */
async function compile(
  examples: readonly { readonly name: string; readonly code: string }[],
): Promise<string> {
  await mkdir(join(root, 'out'), { recursive: true });
  folder = await mkdtemp(join(root, 'out/examples-'));
  for (const { name, code } of examples) await writeFile(join(folder, name), `${code}\nexport {};\n`);
  const compilerOptions = {
    noEmit: true,
    composite: false,
    // Examples declare what applications use.
    noUnusedLocals: false,
    jsx: 'react-jsx',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable', 'esnext.disposable'],
    types: ['dom-mediacapture-transform'],
    rootDir: '../..',
  };
  const config = { extends: '../../tsconfig.base.json', compilerOptions, include: ['.'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  return new Promise((resolve) => {
    execFile(process.execPath, [join(dirname(typescript), 'bin/tsc'), '-p', folder], (error, stdout) =>
      resolve(error ? stdout || String(error) : ''),
    );
  });
}

let folder = '';
let complaints = '';

beforeAll(async () => {
  const examples: { name: string; code: string }[] = [];
  const add = (name: string, text: string) =>
    blocksOf(text).forEach(({ language, code }, index) => {
      examples.push({ name: `${name}-${index}.${language}`, code });
    });
  for (const [name, path] of Object.entries(ENTRY_POINTS)) {
    add(name, commentOf(await readFile(join(web, path), 'utf8'), name));
  }
  add('README', await readFile(join(web, 'README.md'), 'utf8'));
  complaints = await compile(examples);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the examples of the documentation', () => {
  it.each(Object.entries(ENTRY_POINTS))('%s has one', async (name, path) => {
    const comment = commentOf(await readFile(join(web, path), 'utf8'), name);
    expect(comment).toContain('@example');
    expect(blocksOf(comment).length).toBeGreaterThan(0);
  });

  it('compile, those of the README too', () => {
    expect(complaints.replaceAll(`${basename(folder)}/`, '')).toBe('');
  });
});
