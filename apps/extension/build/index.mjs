// Builds the extension for both browsers: node apps/extension/build/index.mjs [--zip]
// out/chromium and out/firefox can be loaded unpacked; with --zip, out/elsewhere-BROWSER.zip are what stores get.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { recordBundled } from '../../../scripts/bundled.mjs';
import { manifestOf } from './manifest.mjs';

const app = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(app, '../..');
const engine = join(root, 'packages/web/dist/assets');
const BROWSERS = ['chromium', 'firefox'];
const ICON = join(root, 'apps/studio/public/icon.svg');

/** What the extension does not need: LiteRT, WebGPU, and the conversion of files. */
const LEFT_OUT = /^(litert|(worker|gpu|converter|video)\.js$|THIRD-PARTY)/;

/** The engine's worker, which is bundled without them. */
const WORKER = join(root, 'packages/web/dist/engine/worker.js');

const source = (path) => join(app, 'src', path);

/**
 * What stores refuse is not in the bundles at all: markup that is made of text, which the pages never do, and scripts that are
 * loaded when they are needed (`LEFT_OUT`). A new version of a package that has them elsewhere fails here.
 */
const STORE = {
  name: 'store',
  setup({ onLoad }) {
    const rewrite = (filter, from, to) =>
      onLoad({ filter }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!from.test(text)) throw new Error(`${path} is not what the build expects: it has no ${from}.`);
        return { contents: text.replace(from, to), loader: 'js' };
      });
    rewrite(/preact[\\/]dist[\\/]preact\.module\.js$/, /\.innerHTML=(?!=)/g, '.textContent=');
    rewrite(/media[\\/]fetch\.js$/, /await import\(url\)/, "await Promise.reject(new Error('Left out'))");
  },
};

/** Bundles the scripts, and returns the paths of all modules in them. */
async function bundle(outdir) {
  const options = {
    outdir,
    bundle: true,
    minify: true,
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [STORE],
  };
  const scripts = { page: 'page/index.ts', bridge: 'bridge/index.ts', background: 'background/index.ts' };
  // Modules: the gallery finds its worker beside the script that imports it.
  const pages = { engine: 'engine/index.ts', popup: 'popup/index.tsx', camera: 'camera/index.tsx' };
  const entries = (names) =>
    Object.fromEntries(Object.entries(names).map(([name, path]) => [name, source(path)]));
  const painter = fileURLToPath(import.meta.resolve('@elsewhere/gallery/painter.worker.js'));
  const built = await Promise.all([
    build({ ...options, entryPoints: entries(scripts), format: 'iife' }),
    build({
      ...options,
      entryPoints: { planes: source('engine/planes.worker.ts'), 'elsewhere/worker': WORKER },
      format: 'iife',
    }),
    build({ ...options, entryPoints: { ...entries(pages), 'painter.worker': painter }, format: 'esm' }),
  ]);
  return built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

async function drawIcons(outdir) {
  const icon = readFileSync(ICON);
  for (const size of [16, 32, 48, 128]) {
    await sharp(icon, { density: (72 * size) / 64 })
      .resize(size, size)
      .png()
      .toFile(join(outdir, `icon-${size}.png`));
  }
}

/** All files of a folder with their contents, in a fixed order. */
function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const textOf = (manifest) => Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);

/** Builds both folders. */
export async function buildExtension(out = join(app, 'out')) {
  const { version } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'));
  rmSync(out, { recursive: true, force: true });
  const [first, ...others] = BROWSERS.map((browser) => join(out, browser));
  mkdirSync(first, { recursive: true });
  recordBundled('extension', await bundle(first));
  cpSync(join(app, 'pages'), first, { recursive: true });
  cpSync(engine, join(first, 'elsewhere'), {
    recursive: true,
    filter: (path) => path === engine || !LEFT_OUT.test(basename(path)),
  });
  cpSync(join(app, 'THIRD-PARTY-NOTICES.txt'), join(first, 'THIRD-PARTY-NOTICES.txt'));
  await drawIcons(first);
  for (const other of others) cpSync(first, other, { recursive: true });
  for (const browser of BROWSERS) {
    writeFileSync(join(out, browser, 'manifest.json'), textOf(manifestOf(browser, version)));
  }
}

/** Packs a folder for a store, which refuses a manifest with a key; the same contents give the same bytes. */
export function pack(folder) {
  const { key: _, ...manifest } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const files = new Map(filesOf(folder)).set('manifest.json', textOf(manifest));
  // The earliest time that a zip can have, and one compression.
  const options = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o644 << 16, level: 9 };
  return zipSync(Object.fromEntries(Array.from(files, ([name, data]) => [name, [data, options]])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildExtension();
  if (process.argv.includes('--zip')) {
    for (const browser of BROWSERS) {
      writeFileSync(join(app, `out/elsewhere-${browser}.zip`), pack(join(app, 'out', browser)));
    }
  }
}
