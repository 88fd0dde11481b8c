import type { Background, Frame } from '@elsewhere/engine';
import { createPipeline } from '@elsewhere/node';
import { median, table } from '../table.js';
import { drawFrames } from './frames.js';
import { backgrounds, INTERVAL, SIZES, TIMINGS, thereAndBack } from './setup.js';

/** The number of distinct frames. */
export const FRAMES = 12;
/** The statistics are means over about 30 frames, so they are read every 30 frames, after a warm-up. */
const PERIOD = 30;
const WARM_UP = 6;
const PERIODS = 6;

/** Measures each part of the pipeline on the presenter, on one thread. */
export async function benchTimings(): Promise<void> {
  const rows = [['', ...TIMINGS, 'all', 'all but segmentation / segmentation']];
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    const frames = thereAndBack(await drawFrames(width, height, FRAMES));
    for (const [label, background] of Object.entries(backgrounds(width, height))) {
      const milliseconds = await measure(frames, background);
      const all = milliseconds.reduce((sum, each) => sum + each, 0);
      const network = milliseconds[TIMINGS.indexOf('segmentation')] ?? 0;
      const cells = [...milliseconds, all, (all - network) / network].map((value) => value.toFixed(2));
      rows.push([`${name} ${label}`, ...cells]);
    }
  }
  console.log('Milliseconds per frame on one thread, on the presenter (without copying the result out):\n');
  console.log(table(rows));
}

/** Milliseconds of each part, in the order of {@link TIMINGS}. */
async function measure(frames: readonly Frame[], background: Background): Promise<readonly number[]> {
  const pipeline = await createPipeline({ background });
  const samples: (readonly number[])[] = [];
  for (let period = 0; period < WARM_UP + PERIODS; period++) {
    for (let index = period * PERIOD; index < (period + 1) * PERIOD; index++) {
      const frame = frames[index % frames.length];
      const { error } = frame ? await pipeline.process(frame, index * INTERVAL) : {};
      if (error) throw error;
    }
    if (period >= WARM_UP) samples.push(TIMINGS.map((name) => pipeline.statistics.milliseconds[name]));
  }
  pipeline.dispose();
  return TIMINGS.map((_, column) => median(samples.map((sample) => sample[column] ?? 0)));
}
