import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createPresenter, writeY4m } from '@elsewhere/presenter';
import { median, table } from '../table.js';

const COMMAND = new URL('../../../packages/cli/bin/elsewhere.js', import.meta.url).pathname;
/** Runs of each, alternating, so that load on the machine affects all of them. */
const RUNS = 3;
/** Starts whose times to the first frame are measured. */
const STARTS = 7;
const ENCODER = { preset: 'veryfast', crf: 20 } as const;
const BACKGROUNDS = ['blur', '#2a6f97'] as const;

/**
 * Measures the whole command against a plain transcode of the same file with the same encoder settings, by the `ffmpeg`
 * that is installed.
 *
 * @param files - The files to convert. If there are none, the presenter at 720p and 1080p.
 */
export async function benchCommand(files: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'elsewhere-bench-'));
  try {
    if (!(await run('ffmpeg', ['-version']).catch(() => undefined))) {
      console.log('\nThe command was not measured: the plain transcode needs ffmpeg on the PATH.');
      return;
    }
    const clips = files.length > 0 ? files : await drawClips(directory);
    const rows: (readonly string[])[] = [
      [
        '',
        'seconds',
        "of the transcode's speed",
        'peak memory (MB)',
        "of the transcode's",
        'first frame (s)',
      ],
    ];
    for (const clip of clips) rows.push(...(await benchClip(clip, directory)));
    console.log(
      `\nWhole command, h264 ${ENCODER.preset} crf ${ENCODER.crf}, median of ${RUNS} alternating runs:\n`,
    );
    console.log(table(rows));
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function drawClips(directory: string): Promise<readonly string[]> {
  const clips: string[] = [];
  for (const [width, height] of [
    [1280, 720],
    [1920, 1080],
  ] as const) {
    const raw = join(directory, 'raw.y4m');
    const presenter = createPresenter({ width, height, waving: 'always', camera: { noise: 2 } });
    await writeY4m(raw, presenter, { frames: 60 });
    // Ten repetitions, so that the start does not take a larger share than in real files.
    const clip = join(directory, `presenter-${height}p.mp4`);
    await run('ffmpeg', [
      '-v',
      'error',
      '-stream_loop',
      '9',
      '-i',
      raw,
      '-crf',
      '18',
      '-preset',
      'veryfast',
      clip,
    ]);
    clips.push(clip);
  }
  return clips;
}

async function benchClip(clip: string, directory: string): Promise<readonly (readonly string[])[]> {
  const transcode = ['-v', 'error', '-y', '-i', clip, '-c:v', 'libx264', '-preset', ENCODER.preset];
  const encoder = ['--preset', ENCODER.preset, '--crf', `${ENCODER.crf}`, '--overwrite', '--quiet'];
  const contenders: [label: string, command: string, ...args: string[]][] = [
    [
      'plain transcode',
      'ffmpeg',
      ...transcode,
      ...['-crf', `${ENCODER.crf}`, '-pix_fmt', 'yuv420p', '-c:a', 'copy', join(directory, 'plain.mkv')],
    ],
    ...BACKGROUNDS.map((background): [string, string, ...string[]] => [
      `elsewhere, ${background}`,
      process.execPath,
      ...[COMMAND, clip, '--background', background, '-o', join(directory, 'elsewhere.mkv'), ...encoder],
    ]),
  ];
  const results = contenders.map((): { seconds: number; memory: number }[] => []);
  for (let turn = 0; turn < RUNS; turn++) {
    for (const [index, [, command, ...args]] of contenders.entries()) {
      results[index]?.push(await run(command, args));
    }
  }
  const seconds = results.map((runs) => median(runs.map((each) => each.seconds)));
  const memory = results.map((runs) => median(runs.map((each) => each.memory)));
  const rows: (readonly string[])[] = [];
  for (const [index, [label, command, ...args]] of contenders.entries()) {
    const [own = 0, ownMemory = 0] = [seconds[index], memory[index]];
    rows.push([
      `${clip.split('/').at(-1)}: ${label}`,
      own.toFixed(2),
      ((seconds[0] ?? 0) / own).toFixed(2),
      ownMemory.toFixed(0),
      (ownMemory / (memory[0] ?? 1)).toFixed(2),
      index === 0 ? '' : (await measureStart(command, args)).toFixed(2),
    ]);
  }
  return rows;
}

/** Seconds from the start of the command to the event that reports its first frame, median. */
async function measureStart(command: string, args: readonly string[]): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < STARTS; run++) seconds.push(await startOnce(command, args));
  return median(seconds);
}

function startOnce(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, [...args.filter((each) => each !== '--quiet'), '--json']);
    let seconds: number | undefined;
    createInterface(child.stdout).on('line', (line) => {
      const { type }: { type: string } = JSON.parse(line);
      if (type !== 'progress' || seconds !== undefined) return;
      seconds = (performance.now() - began) / 1000;
      child.kill();
    });
    child.once('error', reject);
    child.once('close', () => {
      if (seconds !== undefined) resolve(seconds);
      else reject(new Error(`${command} ${args.join(' ')} did not report a frame.`));
    });
  });
}

/** Runs a command until it ends. Memory is its peak resident set in MB, 0 on systems without `/proc`. */
function run(command: string, args: readonly string[]): Promise<{ seconds: number; memory: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let memory = 0;
    const child = spawn(command, args, { stdio: 'ignore' });
    const timer = setInterval(() => {
      memory = Math.max(memory, peakMemory(child.pid));
    }, 100);
    child.once('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ seconds: (performance.now() - began) / 1000, memory });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}.`));
    });
  });
}

function peakMemory(pid: number | undefined): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
