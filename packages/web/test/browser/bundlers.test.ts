import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import webpack from 'webpack';
import type { Lab } from './pages/lab.js';
import { required } from './support/browsers.js';
import { Chromium, ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import { pageOf, STRICT_CSP } from './support/server.js';

/**
 * A small application that uses the package as npm would install it, put together by each bundler and by none, under the
 * strict policy, with and without cross-origin isolation.
 */
const root = fileURLToPath(new URL('../../../../', import.meta.url));

const APPLICATION = `
import { VirtualBackground } from '@elsewhere/web';
import { attachToSender } from '@elsewhere/web/webrtc';

const options = { background: { type: 'color', color: 'rgb(0 177 64)' }, ...globalThis.ASSETS };
const background = await VirtualBackground.create(options);
const stream = await navigator.mediaDevices.getUserMedia({ video: true });
const { sender } = new RTCPeerConnection().addTransceiver('video');
globalThis.attachment = await attachToSender(background, sender, stream.getVideoTracks()[0]);
`;

let app: string;
let chromium: Chromium;

beforeAll(async () => {
  app = join(inject('folder'), 'app');
  await install();
  await writeFile(join(app, 'main.js'), `import './where.js';${APPLICATION}`);
  await writeFile(join(app, 'where.js'), `globalThis.ASSETS = { assets: '/assets/' };`);
  await writeFile(join(app, 'plain.js'), APPLICATION);
  await writeFile(join(app, 'index.html'), pageOf('./main.js'));
  const clip = await makeClip(inject('folder'), 'striped');
  const path = required(inject('browsers').chromium, 'Chromium');
  chromium = await Chromium.launch({ path, camera: clip.path });
});
afterAll(() => chromium?.[Symbol.asyncDispose]());

/** Packs the packages as npm publishes them and unpacks them where the application finds them. */
async function install(): Promise<void> {
  for (const name of ['engine', 'web']) {
    const target = join(app, 'node_modules/@elsewhere', name);
    await mkdir(target, { recursive: true });
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', app];
    const output = execFileSync('npm', args, { cwd: join(root, 'packages', name), encoding: 'utf8' });
    const [{ filename }] = JSON.parse(output) as [{ filename: string }];
    execFileSync('tar', ['-xzf', join(app, filename), '-C', target, '--strip-components=1']);
    const { dependencies = {} } = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(dependencies)) {
      const link = join(app, 'node_modules', dependency);
      if (dependency.startsWith('@elsewhere/') || existsSync(link)) continue;
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(root, 'node_modules', dependency), link);
    }
  }
}

const BUNDLERS: Readonly<Record<string, (outdir: string) => Promise<unknown>>> = {
  Vite: (outDir) =>
    vite({
      root: app,
      logLevel: 'error',
      build: {
        outDir,
        target: 'es2022',
        rolldownOptions: { input: join(app, 'main.js'), output: { entryFileNames: 'main.js' } },
      },
    }),
  webpack: (path) =>
    new Promise<void>((resolve, reject) => {
      const options: webpack.Configuration = {
        mode: 'production',
        context: app,
        entry: './main.js',
        output: { path, filename: 'main.js', module: true },
        experiments: { outputModule: true },
        performance: false,
      };
      webpack(options, (error, stats) => {
        if (error ?? stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      });
    }),
  esbuild: (outdir) =>
    esbuild({
      entryPoints: [join(app, 'main.js')],
      outdir,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      logLevel: 'warning',
    }),
};

/** Opens the application; the first frames that come out. */
async function run(options: {
  html: string;
  folders: Record<string, string>;
  csp: string;
  isolated: boolean;
}) {
  const { html, folders, csp, isolated } = options;
  await using server = await startLab({ folders, pages: { '/app': html }, csp, isolated });
  await using page = new ChromiumPage<Lab>(await chromium.context.newPage());
  await page.page.goto(`${server.origin}/app`);
  await page.page.addScriptTag({ url: '/pages/lab.js', type: 'module' });
  const seen = await page.run(async (lab) => {
    await lab.until(() => 'attachment' in globalThis);
    const { attachment } = globalThis as unknown as { attachment: { track: MediaStreamTrack } };
    const recording = lab.record(attachment.track, { color: lab.GREEN });
    const frames = await recording.next(5);
    return { frames, isolated: crossOriginIsolated };
  });
  expect(page.errors).toEqual([]);
  expect(page.console.filter((line) => line.startsWith('error'))).toEqual([]);
  expect(seen.isolated).toBe(isolated);
  for (const { cameraBackground, plain } of seen.frames) {
    expect(cameraBackground).toBeLessThan(0.03);
    expect(plain).toBeGreaterThan(0.3);
  }
}

describe.each([{ isolated: false }, { isolated: true }])(
  'cross-origin isolated: $isolated',
  ({ isolated }) => {
    it.each(Object.keys(BUNDLERS))('with %s', async (name) => {
      const outdir = join(app, 'out', name);
      if (!existsSync(outdir)) await BUNDLERS[name]?.(outdir);
      const assets = join(app, 'node_modules/@elsewhere/web/dist/assets/');
      await run({
        html: pageOf('/bundled/main.js'),
        folders: { '/bundled/': outdir, '/assets/': assets },
        csp: STRICT_CSP,
        isolated,
      });
    });

    it('with no bundler: an import map, which the policy must allow by its hash, and the assets beside the module', async () => {
      const at = (path: string) => `/modules/${path}`;
      const imports = {
        '@elsewhere/web': at('@elsewhere/web/dist/index.js'),
        '@elsewhere/web/webrtc': at('@elsewhere/web/dist/adapters/webrtc.js'),
        '@elsewhere/engine': at('@elsewhere/engine/dist/index.js'),
        '@elsewhere/engine/internal': at('@elsewhere/engine/dist/internal.js'),
      };
      const map = JSON.stringify({ imports });
      const hash = createHash('sha256').update(map).digest('base64');
      await run({
        html: pageOf('/app/plain.js').replace('<body>', `<body><script type="importmap">${map}</script>`),
        folders: { '/modules/': join(app, 'node_modules'), '/app/': app },
        csp: STRICT_CSP.replace("'self'", `'self' 'sha256-${hash}'`),
        isolated,
      });
    });
  },
);
