import { setTimeout as sleep } from 'node:timers/promises';
import { Chromium, type ChromiumPage } from '../../packages/web/test/browser/support/chromium.js';
import type { TestServer } from '../../packages/web/test/browser/support/server.js';
import { findProcess } from '../processes.js';
import { type Figures, figuresOf } from './figures.js';
import { type MatteError, matteError } from './matte.js';
import { measureUse } from './meter.js';
import type { PeerLab } from './pages/lab.js';
import type { Scene } from './pages/library.js';
import type { Start } from './pages/messages.js';
import { isRaw } from './room.js';
import { NETWORKS, type Row } from './rows.js';
import type { Camera } from './stage.js';

/** Where rows are run. */
export interface Setting {
  /** The browser's path. */
  readonly chromium: string;
  readonly server: TestServer;
  readonly cameras: Readonly<Record<Row['height'], Camera>>;
  /** How long a library is measured at work. */
  readonly seconds: number;
}

/** What came of a row. */
export interface Outcome {
  readonly row: Row;
  readonly figures?: Figures;
  readonly matte?: MatteError;
  /** What went wrong, where it did. */
  readonly failure?: string;
  /** Hosts that the page wanted something from; it got nothing. */
  readonly hosts: readonly string[];
}

/** What came of starting a library without its network. */
export interface Bereft {
  /** What it threw; none where it started all the same. */
  readonly error?: string;
  /** Frames that came out within some seconds, and those of them that show the room. */
  readonly frames: number;
  readonly raw: number;
}

/** Seconds that everything is given to become steady. */
const SETTLING = 3;
/** Seconds after which a library that gives nothing is given up. */
const PATIENCE = 20;
/** How often the background is switched, and the milliseconds between. */
const SWITCHES = 10;
const SWITCH_INTERVAL = 600;
/** Frames whose matte is judged, and the milliseconds between: not a multiple of the camera's. */
const JUDGED = 12;
const JUDGED_INTERVAL = 150;

/** Runs one row in a browser of its own. What a library does wrong is told, not thrown. */
export async function runRow(row: Row, setting: Setting): Promise<Outcome> {
  return inBrowser(row, setting, async (page, browser) => {
    const hosts = () => foreignHosts(page, setting.server.origin);
    try {
      return { row, ...(await observe(row, setting, page, browser)), hosts: hosts() };
    } catch (error) {
      return { row, failure: sentenceOf(error), hosts: hosts() };
    }
  });
}

/** Starts a library whose network is answered with 404. */
export async function runBereft(row: Row, setting: Setting): Promise<Bereft> {
  const network = NETWORKS[row.library];
  if (network) setting.server.faults.set(network, { status: 404 });
  try {
    return await inBrowser(row, setting, async (page) => {
      await page.run((lab, landmark) => lab.open(landmark), setting.cameras[row.height].landmark);
      const error = await start(row, page).then(() => undefined, sentenceOf);
      await sleep(1000 * SETTLING);
      const { output } = await page.run((lab) => lab.tell());
      const raw = output.filter(([, , room]) => isRaw(room)).length;
      return { ...(error !== undefined && { error }), frames: output.length, raw };
    });
  } finally {
    setting.server.faults.clear();
  }
}

async function inBrowser<Result>(
  row: Row,
  { chromium, server, cameras }: Setting,
  work: (page: ChromiumPage<PeerLab>, browser: number) => Promise<Result>,
): Promise<Result> {
  const mark = `--elsewhere-peers=${process.pid}-${Date.now()}`;
  await using browser = await Chromium.launch({
    path: chromium,
    camera: cameras[row.height].clip.path,
    args: [mark, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  await using page = await browser.open<PeerLab>(`${server.origin}/${row.library}`);
  return await work(page, findProcess(mark));
}

async function observe(
  row: Row,
  { cameras, seconds, server }: Setting,
  page: ChromiumPage<PeerLab>,
  browser: number,
): Promise<Pick<Outcome, 'figures' | 'matte' | 'failure'>> {
  await page.run((lab, landmark) => lab.open(landmark), cameras[row.height].landmark);
  await page.run((lab) => lab.startFloor());
  await sleep(1000 * SETTLING);
  const floor = await measureUse(browser, seconds / 2);
  await page.run((lab) => lab.stop());
  if (row.prewarmed) await page.run((lab, quality) => lab.prewarm(quality), row.quality ?? '');
  await sleep(1000);
  const started = await start(row, page);
  await untilProcessed(row, page, started.began);
  await sleep(1000 * SETTLING);
  const work = await measureUse(browser, seconds);
  const ownLatency = await page.run((lab) => lab.latency());
  const switching = row.thorough ? await switchAround(page) : undefined;
  const watched = await page.run((lab) => lab.tell());
  const figures = figuresOf({
    watched,
    start: started,
    floor,
    work,
    ownLatency,
    ...(switching && { switching }),
  });
  if (!row.thorough) return { figures };
  return judgeMatte(page, server, cameras[row.height]).then(
    (matte) => ({ figures, matte }),
    (error) => ({ figures, failure: `matte: ${sentenceOf(error)}` }),
  );
}

function start({ scene, quality }: Row, page: ChromiumPage<PeerLab>): Promise<Start> {
  const args = { scene, quality: quality ?? '' };
  return page.run((lab, { scene, quality }) => lab.start(scene, quality), args, 1000 * PATIENCE);
}

async function untilProcessed(row: Row, page: ChromiumPage<PeerLab>, began: number): Promise<void> {
  for (let waited = 0; waited < 10 * PATIENCE; waited++) {
    const { output } = await page.run((lab) => lab.tell());
    if (output.some(([, arrived, room]) => arrived >= began && (!isRaw(room) || row.library === 'pass')))
      return;
    await sleep(100);
  }
  throw new Error(`It gave no processed frame within ${PATIENCE} s.`);
}

async function switchAround(page: ChromiumPage<PeerLab>): Promise<readonly [from: number, to: number]> {
  const from = Date.now();
  for (let i = 0; i < SWITCHES; i++) {
    await show(page, i % 2 === 0 ? 'image' : 'blur');
    await sleep(SWITCH_INTERVAL);
  }
  return [from, Date.now()];
}

async function judgeMatte(
  page: ChromiumPage<PeerLab>,
  server: TestServer,
  { clip, frames }: Camera,
): Promise<MatteError> {
  await show(page, 'plain');
  await sleep(1000 * SETTLING);
  const kept = await page.run((lab, args) => lab.keep(args.count, args.interval), {
    count: JUDGED,
    interval: JUDGED_INTERVAL,
  });
  const outputs = kept.map((frame, index) => ({ ...frame, data: server.upload(String(index)) }));
  return matteError(outputs, frames, clip);
}

function show(page: ChromiumPage<PeerLab>, scene: Scene): Promise<void> {
  return page.run((lab, next) => lab.show(next), scene);
}

function foreignHosts(page: ChromiumPage<PeerLab>, origin: string): readonly string[] {
  const urls = page.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(origin));
  return [...new Set(urls.map((url) => new URL(url).host))];
}

function sentenceOf(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.replace(/^page\.evaluate: /, '').slice(0, 200);
}
