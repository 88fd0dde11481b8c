import type { Background, Frame } from '@elsewhere/engine';
import { createPipeline } from '@elsewhere/node';
import { median, table } from '../table.js';
import { drawFrames } from './frames.js';
import { backgrounds, INTERVAL, SIZES, STAGES, thereAndBack } from './setting.js';

/** Distinct pictures. */
export const PICTURES = 12;
/** The statistics are means over about 30 frames: read once in that many, after some that warm up. */
const PERIOD = 30;
const WARM_UP = 6;
const PERIODS = 6;

/** Measures each stage of the pipeline, alone on one thread, over the presenter. */
export async function benchStages(): Promise<void> {
  const rows = [['', ...STAGES, 'all', 'all but segmentation / segmentation']];
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    const frames = thereAndBack(await drawFrames(width, height, PICTURES));
    for (const [label, background] of Object.entries(backgrounds(width, height))) {
      const milliseconds = await measure(frames, background);
      const all = milliseconds.reduce((sum, each) => sum + each, 0);
      const network = milliseconds[STAGES.indexOf('segmentation')] ?? 0;
      const cells = [...milliseconds, all, (all - network) / network].map((value) => value.toFixed(2));
      rows.push([`${name} ${label}`, ...cells]);
    }
  }
  console.log(
    'Milliseconds a frame on one thread, over the presenter (copying the result out is not in it):\n',
  );
  console.log(table(rows));
}

/** Milliseconds of each stage, in the order of {@link STAGES}. */
async function measure(frames: readonly Frame[], background: Background): Promise<readonly number[]> {
  const pipeline = await createPipeline({ background });
  const samples: (readonly number[])[] = [];
  for (let period = 0; period < WARM_UP + PERIODS; period++) {
    for (let index = period * PERIOD; index < (period + 1) * PERIOD; index++) {
      const frame = frames[index % frames.length];
      const { error } = frame ? await pipeline.process(frame, index * INTERVAL) : {};
      if (error) throw error;
    }
    if (period >= WARM_UP) samples.push(STAGES.map((stage) => pipeline.statistics.milliseconds[stage]));
  }
  pipeline.dispose();
  return STAGES.map((_, column) => median(samples.map((sample) => sample[column] ?? 0)));
}
