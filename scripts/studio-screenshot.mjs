// Takes docs/studio.jpg, the screenshot of the studio in the README: node scripts/studio-screenshot.mjs (after npm run build).
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPresenter, writeY4m } from '@elsewhere/presenter';
import sharp from 'sharp';
import { createStudioServer } from '../packages/cli/dist/studio/server.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = createRequire(join(root, 'packages/web/package.json'))('playwright-core');
const browsers = execFileSync(process.execPath, [join(root, 'scripts/browsers.mjs')], { encoding: 'utf8' });
const size = { width: 1440, height: 900 };

const directory = await mkdtemp(join(tmpdir(), 'elsewhere-studio-'));
const camera = join(directory, 'camera.y4m');
const presenter = createPresenter({ width: 1280, height: 720, room: 'kitchen', seed: 3, waving: 'never' });
await writeY4m(camera, presenter, { frames: 60 });
const server = createStudioServer({ page: join(root, 'apps/studio/dist'), models: directory });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
  executablePath: JSON.parse(browsers).chromium,
  chromiumSandbox: false,
  viewport: size,
  deviceScaleFactor: 1.5,
  args: [
    '--headless=new',
    '--no-sandbox',
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${camera}`,
  ],
});
try {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}`);
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await page.getByRole('radio', { name: 'Bright office' }).check();
  // Wait until the thumbnails are drawn and the matte has settled.
  await page.waitForTimeout(4000);
  const shot = await page.screenshot();
  await sharp(shot).resize(1600).jpeg({ quality: 82, mozjpeg: true }).toFile(join(root, 'docs/studio.jpg'));
} finally {
  await context.close();
  server.close();
  await rm(directory, { recursive: true, maxRetries: 5 });
}
