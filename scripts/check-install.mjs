// Checks the published packages as users get them: packs all, installs the tarballs into an empty project, compiles against their
// types, runs the command on a small clip, and builds a page with Vite. Needs npm run build; installs from npm's cache.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPresenter, writeY4m } from '@elsewhere/presenter';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['packages/engine', 'packages/node', 'packages/web', 'packages/cli', 'apps/studio'];
const FRAMES = 5;

const project = mkdtempSync(join(tmpdir(), 'elsewhere-install-'));
const shell = process.platform === 'win32';

function run(command, args, cwd = project) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'inherit'] });
}

const node = (...args) => run(process.execPath, args);
const installedBin = (name) => join(project, 'node_modules/.bin', name);

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

const write = (name, text) => writeFileSync(join(project, name), text);

function install() {
  const tarballs = join(project, 'tarballs');
  mkdirSync(tarballs);
  const workspaces = FOLDERS.flatMap((folder) => ['-w', folder]);
  run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...workspaces], root);
  write('package.json', JSON.stringify({ name: 'newcomer', private: true, type: 'module' }));
  const files = readdirSync(tarballs).map((name) => `./tarballs/${name}`);
  assert(files.length === FOLDERS.length, `${files.length} tarballs were packed`);
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error', ...files]);
}

/** The sources that the maps name are in the packages. */
function checkMaps() {
  const folder = join(project, 'node_modules/@elsewhere');
  const maps = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.map'));
  assert(maps.length > 0, 'There are no source maps');
  for (const map of maps) {
    const { sources, sourceRoot = '' } = JSON.parse(readFileSync(join(folder, map), 'utf8'));
    for (const source of sources) {
      const path = join(folder, dirname(map), sourceRoot, source);
      assert(existsSync(path), `${map} names ${source}, which is not in the package`);
    }
  }
}

/** The declarations need nothing except the packages and TypeScript's DOM library. */
function checkTypes() {
  write(
    'consumer.ts',
    `import { createCpuBackend, Pipeline } from '@elsewhere/engine';
import { createGpuBackend } from '@elsewhere/engine/gpu';
import { convert } from '@elsewhere/node';
import { convertVideo, VirtualBackground } from '@elsewhere/web';
import '@elsewhere/web/element';
export const all = [Pipeline.create, createGpuBackend, convert, convertVideo, VirtualBackground.create] as const;
`,
  );
  const compilerOptions = {
    ...{ target: 'es2023', module: 'nodenext', lib: ['es2023', 'dom', 'dom.iterable'], types: [] },
    ...{ strict: true, noEmit: true, skipLibCheck: false },
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  try {
    node(tsc, '-p', '.');
  } catch ({ stdout }) {
    // Errors in declarations of dependencies are ignored.
    const ours = stdout.split('\n').filter((line) => /^(consumer|node_modules\/@elsewhere)/.test(line));
    assert(ours.length === 0, `The declarations do not compile on their own:\n${ours.join('\n')}`);
  }
}

async function checkCommand() {
  const size = { width: 320, height: 180 };
  await writeY4m(join(project, 'clip.y4m'), createPresenter({ ...size, seed: 1 }), { frames: FRAMES });
  const args = ['clip.y4m', '--output', 'clip.mp4', '--background', '#00b140', '--json'];
  const events = run(installedBin('elsewhere'), args)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const done = events.find(({ type }) => type === 'done');
  assert(done?.frames === FRAMES, `The command ended with ${JSON.stringify(events.at(-1))}`);
  assert(existsSync(join(project, 'clip.mp4')), 'The command wrote no file');
}

async function checkPage() {
  run(installedBin('elsewhere-assets'), ['public/elsewhere']);
  write('index.html', '<!doctype html><script type="module" src="/page.js"></script>');
  write(
    'page.js',
    `import { VirtualBackground } from '@elsewhere/web';
globalThis.background = VirtualBackground.create({ assets: '/elsewhere/', background: { type: 'blur' } });
`,
  );
  const { build } = await import(createRequire(join(root, 'packages/web/package.json')).resolve('vite'));
  await build({ root: project, logLevel: 'warn', configFile: false });
  const files = readdirSync(join(project, 'dist'), { recursive: true });
  for (const name of ['worker.js', 'kernels.wasm', 'network.wasm', 'THIRD-PARTY-NOTICES.txt']) {
    assert(files.includes(join('elsewhere', name)), `The page has no ${name}`);
  }
  const script = files.find((name) => /^assets\b.*\.js$/.test(name));
  assert(
    script && readFileSync(join(project, 'dist', script), 'utf8').includes('worker.js'),
    'The page has no engine',
  );
}

const steps = {
  install,
  'source maps': checkMaps,
  types: checkTypes,
  command: checkCommand,
  page: checkPage,
};
try {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    console.log(`ok  ${name}`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(project, { recursive: true, force: true });
}
