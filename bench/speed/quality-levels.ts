import { type Frame, QUALITIES, type Quality } from '@elsewhere/engine';
import { PlanesSink } from '@elsewhere/engine/gpu';
import { createPipeline } from '@elsewhere/node';
import { createGpuPipeline } from '@elsewhere/node/internal';
import { median, table } from '../table.js';
import type { BackendOptions } from './backends.js';
import { INTERVAL, SIZES, thereAndBack } from './setup.js';

const BACKGROUND = { type: 'bokeh' } as const;

/** Frames before the measurement, until the region of interest is stable. */
const SETTLING = 60;

/** Measures every quality level on both backends, one frame after the other, and how much their outputs differ. */
export async function benchQualityLevels({
  device,
  draw,
  sizes,
  frames: count,
}: BackendOptions): Promise<void> {
  const head = ['', 'CPU', 'GPU', 'CPU / GPU', 'mean difference of luma', 'share beyond 8'];
  const rows: (readonly string[])[] = [head];
  for (const size of sizes) {
    const [width, height] = SIZES[size] ?? [0, 0];
    const frames = thereAndBack(await draw(width, height));
    for (const quality of QUALITIES) {
      const { cpu, gpu, mean, share } = await measure(device, frames, quality, count);
      const times = [cpu, gpu, cpu / gpu].map((value) => value.toFixed(2));
      rows.push([`${size} bokeh, ${quality}`, ...times, mean.toFixed(3), `${(100 * share).toFixed(3)} %`]);
    }
  }
  console.log('\nMilliseconds per frame at each quality level, from planes to planes:\n');
  console.log(table(rows));
}

async function measure(device: GPUDevice, frames: readonly Frame[], quality: Quality, count: number) {
  const cpu = await createPipeline({ background: BACKGROUND, quality });
  const sink = new PlanesSink(device, 'I420');
  const gpu = await createGpuPipeline(device, sink, { background: BACKGROUND, quality });
  const times = { cpu: [] as number[], gpu: [] as number[] };
  let [sum, beyond, pixels] = [0, 0, 0];
  for (let i = 0; i < SETTLING + count; i++) {
    const frame = frames[i % frames.length];
    if (!frame) continue;
    const began = performance.now();
    const outcome = await cpu.process(frame, i * INTERVAL);
    const between = performance.now();
    const { frame: output } = await gpu.process(frame, i * INTERVAL);
    const ended = performance.now();
    if (i < SETTLING) continue;
    times.cpu.push(between - began);
    times.gpu.push(ended - between);
    if (i % 10 !== 0) continue;
    for (const difference of differences(outcome.frame, output)) {
      sum += difference;
      if (difference > 8) beyond++;
      pixels++;
    }
  }
  cpu.dispose();
  gpu.dispose();
  sink.dispose();
  return { cpu: median(times.cpu), gpu: median(times.gpu), mean: sum / pixels, share: beyond / pixels };
}

function* differences(a: Frame, b: Frame): Iterable<number> {
  const [one, other] = [a.planes[0], b.planes[0]];
  if (!one || !other) return;
  for (let y = 0; y < a.height; y++) {
    for (let x = 0; x < a.width; x++) {
      yield Math.abs((one.data[y * one.stride + x] ?? 0) - (other.data[y * other.stride + x] ?? 0));
    }
  }
}
