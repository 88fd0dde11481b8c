import { setTimeout as sleep } from 'node:timers/promises';
import { Chromium, type ChromiumPage } from '../../packages/web/test/browser/support/chromium.js';
import type { TestServer } from '../../packages/web/test/browser/support/server.js';
import { findProcess } from '../processes.js';
import { type Figures, figuresOf, firstProcessed } from './figures.js';
import { type Loaded, measureLoaded } from './loaded.js';
import { type MatteError, matteError } from './matte.js';
import { measureUse } from './meter.js';
import type { PeerLab } from './pages/lab.js';
import type { Scene } from './pages/library.js';
import type { Start } from './pages/messages.js';
import { isRaw } from './raw-frames.js';
import { NETWORKS, type Row } from './rows.js';
import type { Camera } from './setup.js';

/** What rows run with. */
export interface Setup {
  /** The browser's path. */
  readonly chromium: string;
  readonly server: TestServer;
  readonly cameras: Readonly<Record<Row['height'], Camera>>;
  /** How long a running library is measured. */
  readonly seconds: number;
}

/** The outcome of a row. */
export interface Outcome {
  readonly row: Row;
  readonly figures?: Figures;
  readonly matte?: MatteError;
  /** The reason, if the row failed. */
  readonly failure?: string;
  /** Other hosts that the page sent requests to, which failed. */
  readonly hosts: readonly string[];
}

/** The result of starting a library without its network. */
export interface MissingNetwork {
  /** What it threw; absent if it started nevertheless. */
  readonly error?: string;
  /** Output frames within some seconds, and how many of them show the camera background. */
  readonly frames: number;
  readonly raw: number;
}

/** Seconds to wait until everything has settled. */
const SETTLING = 3;
/** Seconds after which a library without output has failed. */
const TIMEOUT = 20;
/** How often the background is switched, and the milliseconds in between. */
const SWITCHES = 10;
const SWITCH_INTERVAL = 600;
/** The number of frames whose matte is compared, and the milliseconds in between, not a multiple of the camera's. */
const COMPARED = 12;
const COMPARED_INTERVAL = 150;

/** Runs one row in a browser of its own. A failure of the library is part of the outcome. */
export async function runRow(row: Row, setup: Setup): Promise<Outcome> {
  const opened = setup.server.requests.length;
  return inBrowser(row, setup, async (page, browser) => {
    const hosts = () => otherHosts(page, setup.server.origin);
    try {
      return { row, ...(await observe(row, setup, page, browser, opened)), hosts: hosts() };
    } catch (error) {
      return { row, failure: messageOf(error), hosts: hosts() };
    }
  });
}

/** Starts a library whose network is answered with 404. */
export async function runWithoutNetwork(row: Row, setup: Setup): Promise<MissingNetwork> {
  const network = NETWORKS[row.library];
  if (network) setup.server.faults.set(network, { status: 404 });
  try {
    return await inBrowser(row, setup, async (page) => {
      await openCamera(page, setup.cameras[row.height]);
      const error = await start(row, page).then(() => undefined, messageOf);
      await sleep(1000 * SETTLING);
      const { output } = await page.run((lab) => lab.record());
      const raw = output.filter(([, , share]) => isRaw(share)).length;
      return { ...(error !== undefined && { error }), frames: output.length, raw };
    });
  } finally {
    setup.server.faults.clear();
  }
}

async function inBrowser<Result>(
  row: Row,
  { chromium, server, cameras }: Setup,
  work: (page: ChromiumPage<PeerLab>, browser: number) => Promise<Result>,
): Promise<Result> {
  const argument = `--elsewhere-peers=${process.pid}-${Date.now()}`;
  await using browser = await Chromium.launch({
    path: chromium,
    camera: cameras[row.height].clip.path,
    args: [argument, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  await using page = await browser.open<PeerLab>(`${server.origin}/${row.library}`);
  return await work(page, findProcess(argument));
}

async function observe(
  row: Row,
  { cameras, seconds, server }: Setup,
  page: ChromiumPage<PeerLab>,
  browser: number,
  opened: number,
): Promise<Pick<Outcome, 'figures' | 'matte' | 'failure'>> {
  await openCamera(page, cameras[row.height]);
  await page.run((lab) => lab.startPassThrough());
  await sleep(1000 * SETTLING);
  const baseline = await measureUse(browser, seconds / 2);
  await page.run((lab) => lab.stop());
  if (row.prewarmed) await page.run((lab, quality) => lab.prewarm(quality), row.quality ?? '');
  await sleep(1000);
  const started = await start(row, page);
  await untilProcessed(row, page, started.began);
  await sleep(1000 * SETTLING);
  const work = await measureUse(browser, seconds);
  const ownLatency = await page.run((lab) => lab.latency());
  const switching = row.thorough ? await switchBackgrounds(page) : undefined;
  const record = await page.run((lab) => lab.record());
  const first = firstProcessed(record.output, started.began)?.[1];
  const figures = figuresOf({
    record,
    loaded: await loadedUntil(server, opened, first),
    start: started,
    baseline,
    work,
    ownLatency,
    ...(switching && { switching }),
  });
  if (!row.thorough) return { figures };
  return compareMatte(page, server, cameras[row.height]).then(
    (matte) => ({ figures, matte }),
    (error) => ({ figures, failure: `matte: ${messageOf(error)}` }),
  );
}

function openCamera(page: ChromiumPage<PeerLab>, { landmark, timeCode }: Camera): Promise<void> {
  return page.run((lab, marks) => lab.open(marks), { landmark, timeCode });
}

/** What the page loads until its first processed frame. */
function loadedUntil(server: TestServer, from: number, first: number | undefined): Promise<Loaded> {
  const end = first ?? Number.POSITIVE_INFINITY;
  const paths = server.requests.filter((_, i) => i >= from && (server.answered[i] ?? end + 1) <= end);
  return measureLoaded(server, paths);
}

function start({ scene, quality }: Row, page: ChromiumPage<PeerLab>): Promise<Start> {
  const args = { scene, quality: quality ?? '' };
  return page.run((lab, { scene, quality }) => lab.start(scene, quality), args, 1000 * TIMEOUT);
}

async function untilProcessed(row: Row, page: ChromiumPage<PeerLab>, began: number): Promise<void> {
  for (let waited = 0; waited < 10 * TIMEOUT; waited++) {
    const { output } = await page.run((lab) => lab.record());
    if (output.some(([, arrived, share]) => arrived >= began && (!isRaw(share) || row.library === 'pass')))
      return;
    await sleep(100);
  }
  throw new Error(`It output no processed frame within ${TIMEOUT} s.`);
}

async function switchBackgrounds(page: ChromiumPage<PeerLab>): Promise<readonly [from: number, to: number]> {
  const from = Date.now();
  for (let i = 0; i < SWITCHES; i++) {
    await show(page, i % 2 === 0 ? 'image' : 'blur');
    await sleep(SWITCH_INTERVAL);
  }
  return [from, Date.now()];
}

async function compareMatte(
  page: ChromiumPage<PeerLab>,
  server: TestServer,
  { clip, frames }: Camera,
): Promise<MatteError> {
  await show(page, 'plain');
  await sleep(1000 * SETTLING);
  const kept = await page.run((lab, args) => lab.keep(args.count, args.interval), {
    count: COMPARED,
    interval: COMPARED_INTERVAL,
  });
  const outputs = kept.map((frame, index) => ({ ...frame, data: server.upload(String(index)) }));
  return matteError(outputs, frames, clip);
}

function show(page: ChromiumPage<PeerLab>, scene: Scene): Promise<void> {
  return page.run((lab, next) => lab.show(next), scene);
}

function otherHosts(page: ChromiumPage<PeerLab>, origin: string): readonly string[] {
  const urls = page.requests.filter((url) => /^https?:/.test(url) && !url.startsWith(origin));
  return [...new Set(urls.map((url) => new URL(url).host))];
}

function messageOf(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.replace(/^page\.evaluate: /, '').slice(0, 200);
}
