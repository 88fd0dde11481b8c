import type { Background, Frame, TimedStage } from '@elsewhere/engine';
import { createPipeline } from '@elsewhere/node';
import { createPresenter, rgbaToI420 } from '@elsewhere/presenter';
import { median, table } from '../table.js';

const SIZES = { '360p': [640, 360], '720p': [1280, 720], '1080p': [1920, 1080], '4K': [3840, 2160] } as const;
const STAGES: readonly TimedStage[] = ['input', 'segmentation', 'matting', 'background', 'compositing'];

/** Distinct pictures; they are played there and back, so that the motion is natural. */
const PICTURES = 12;
/** The statistics are means over about 30 frames: read once in that many, after some that warm up. */
const PERIOD = 30;
const WARM_UP = 6;
const PERIODS = 6;

/** Measures each stage of the pipeline, alone on one thread, over the presenter. */
export async function benchStages(): Promise<void> {
  const rows = [['', ...STAGES, 'all', 'all but segmentation / segmentation']];
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    const frames = await drawFrames(width, height);
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

function backgrounds(width: number, height: number): Readonly<Record<string, Background>> {
  const picture = { width, height, data: new Uint8Array(width * height * 4).fill(200) };
  return {
    blur: { type: 'blur' },
    bokeh: { type: 'bokeh' },
    image: { type: 'image', source: picture },
    transparent: { type: 'transparent' },
  };
}

async function drawFrames(width: number, height: number): Promise<readonly Frame[]> {
  const presenter = createPresenter({ width, height, waving: 'always', camera: { noise: 2 } });
  const frames: Frame[] = [];
  for (let index = 0; index < PICTURES; index++) {
    const { image } = await presenter.frame(index);
    const { y, u, v } = rgbaToI420(image, width, height);
    const chroma = (width + 1) >> 1;
    frames.push({
      format: 'I420',
      width,
      height,
      planes: [
        { data: y, stride: width },
        { data: u, stride: chroma },
        { data: v, stride: chroma },
      ],
      colorSpace: { matrix: 'bt709', range: 'limited' },
      rotation: 0,
    });
  }
  return [...frames, ...frames.slice(1, -1).reverse()];
}

/** Milliseconds of each stage, in the order of {@link STAGES}. */
async function measure(frames: readonly Frame[], background: Background): Promise<readonly number[]> {
  const pipeline = await createPipeline({ background });
  const samples: (readonly number[])[] = [];
  for (let period = 0; period < WARM_UP + PERIODS; period++) {
    for (let index = period * PERIOD; index < (period + 1) * PERIOD; index++) {
      const frame = frames[index % frames.length];
      const { error } = frame ? await pipeline.process(frame, index * 33_333) : {};
      if (error) throw error;
    }
    if (period >= WARM_UP) samples.push(STAGES.map((stage) => pipeline.statistics.milliseconds[stage]));
  }
  pipeline.dispose();
  return STAGES.map((_, column) => median(samples.map((sample) => sample[column] ?? 0)));
}
