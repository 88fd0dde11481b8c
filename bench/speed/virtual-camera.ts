import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { VirtualCameraStatus } from '@elsewhere/node';
import { createPresenter, writeY4m } from '@elsewhere/presenter';
import { processorTimeOfTree } from '../processes.js';
import { median, table } from '../table.js';
import { SIZES } from './setup.js';

const COMMAND = fileURLToPath(new URL('../../../packages/cli/bin/elsewhere.js', import.meta.url));
const IMAGE = fileURLToPath(new URL('../../../docs/backgrounds.jpg', import.meta.url));
/** Caches are cold, and WebAssembly is compiled for speed. */
const SETTLING_SECONDS = 4;
const RUN_SECONDS = 15;
/** Frames per second. */
const RATE = 30;
/** Runs of each, alternating, so that load on the machine affects all of them. */
const RUNS = 3;
/** A fixed quality: what `auto` does depends on what else the machine is doing. */
const LOOKS: Readonly<Record<string, readonly string[]>> = {
  'pass-through': ['--background', 'none'],
  'blur, medium': ['--background', 'blur', '--quality', 'medium'],
  'blur, high': ['--background', 'blur', '--quality', 'high'],
  'bokeh, high': ['--background', 'bokeh', '--quality', 'high'],
  'image, high': ['--background', IMAGE, '--quality', 'high'],
};

/** What a running virtual camera used. */
interface Usage {
  /** Processors in use. */
  readonly cores: number;
  readonly framesPerSecond: number;
  /** Resident memory in MB, each minute. */
  readonly memory: readonly number[];
}

/**
 * Measures what `elsewhere virtual-camera` uses for a presenter at 720p and 30 frames per second, above what it uses for the same
 * frames without a new background.
 *
 * @param minutes - How long memory is watched, with a blur. 0: not at all.
 */
export async function benchVirtualCamera(minutes: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'elsewhere-bench-'));
  try {
    const [width, height] = SIZES['720p'] ?? [1280, 720];
    const clip = join(directory, 'camera.y4m');
    const presenter = createPresenter({ width, height, waving: 'always', camera: { noise: 2 } });
    await writeY4m(clip, presenter, { frames: 60 });
    const camera = `lavfi:movie=${clip}:loop=0,setpts=N/${RATE}/TB,fps=${RATE}`;
    const runs = Object.entries(LOOKS).map(([label, look]) => ({ label, look, results: [] as Usage[] }));
    for (let turn = 0; turn < RUNS; turn++) {
      for (const { look, results } of runs)
        results.push(await use({ directory, camera, look, seconds: RUN_SECONDS }));
    }
    const base = secondsPerFrame(runs[0]?.results ?? []);
    const rows = runs.map(({ label, results }) => [
      label,
      median(results.map(({ cores }) => cores)).toFixed(2),
      median(results.map(({ framesPerSecond }) => framesPerSecond)).toFixed(1),
      ((secondsPerFrame(results) - base) * RATE).toFixed(2),
    ]);
    console.log(`\nVirtual camera, ${width}x${height} at ${RATE} fps, median of ${RUNS} alternating runs:\n`);
    const head = ['', 'cores', 'new frames per second', `above pass-through, at ${RATE}`];
    console.log(table([head, ...rows]));
    if (minutes === 0) return;
    const { memory } = await use({ directory, camera, look: ['-b', 'blur'], seconds: minutes * 60 });
    console.log(`\nMemory with a blur, each minute (MB): ${memory.map((each) => each.toFixed(0)).join(' ')}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Processor time for each new frame: where the machine has other things to do, there are fewer of them. */
function secondsPerFrame(results: readonly Usage[]): number {
  return median(results.map(({ cores, framesPerSecond }) => cores / framesPerSecond));
}

interface Run {
  /** Where the control socket is. */
  readonly directory: string;
  readonly camera: string;
  readonly look: readonly string[];
  readonly seconds: number;
}

async function use({ directory, camera, look, seconds }: Run): Promise<Usage> {
  const argv = [COMMAND, 'virtual-camera', '--camera', camera, '--to', '-', ...look, '-q'];
  const env = { ...process.env, XDG_RUNTIME_DIR: directory };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdout.resume();
  try {
    const pid = child.pid ?? 0;
    await setTimeout(SETTLING_SECONDS * 1000);
    const frames = await newFrames(env);
    const [before, began] = [processorTimeOfTree(pid), performance.now()];
    const memory = [await residentMemory(pid)];
    while (performance.now() - began < seconds * 1000) {
      await setTimeout(Math.min(60, seconds) * 1000);
      memory.push(await residentMemory(pid));
    }
    const elapsed = (performance.now() - began) / 1000;
    const cores = (processorTimeOfTree(pid) - before) / elapsed;
    return { cores, framesPerSecond: ((await newFrames(env)) - frames) / elapsed, memory };
  } finally {
    child.kill();
    await ended;
  }
}

/** How many frames of the camera have come out so far. */
async function newFrames(env: NodeJS.ProcessEnv): Promise<number> {
  const argv = [COMMAND, 'virtual-camera', 'status', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { env });
  const { frames }: VirtualCameraStatus = JSON.parse(stdout);
  return frames.processed;
}

async function residentMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}
