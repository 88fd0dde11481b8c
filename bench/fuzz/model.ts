import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from '@elsewhere/engine';
import { createPipeline, loadModel } from '@elsewhere/node';
import type { Random } from '../../packages/engine/test/network/support/random-model.js';
import { Fault, outcomeOf } from './check.js';
import type { Case } from './kind.js';
import { mutate } from './mutate.js';
import { writeNobody } from './nobody.js';

const [WIDTH, HEIGHT] = [64, 36];

/** A damaged network with its description, at work on a frame. */
export const model: Case = async (random, { folder }) => {
  const { bytes: landscape } = await loadModel('selfie-landscape');
  const nobody = readFileSync(writeNobody(folder));
  const isLarge = random.fraction() < 0.4;
  const path = join(folder, 'damaged.tflite');
  writeFileSync(path, mutate(random, isLarge ? landscape : nobody, [landscape, nobody]));
  const [width, height] = isLarge ? [256, 144] : [32, 18];
  const input = { width, height, valueRange: [0, 1] };
  const description = { id: 'damaged', input, output: { kind: 'confidence' } };
  const text = Buffer.from(JSON.stringify(description));
  const isWhole = random.fraction() < 0.8;
  writeFileSync(join(folder, 'damaged.json'), isWhole ? text : mutate(random, text));
  return outcomeOf(async () => {
    const background = { type: 'color', color: '#00b140' } as const;
    const pipeline = await createPipeline({ model: path, background });
    try {
      for (const time of [0, 40]) {
        const { kind, frame } = await pipeline.process(room(random), time);
        if (kind === 'processed' && frame.planes.some(({ data }) => data.length === 0))
          throw new Fault('A frame is empty.');
      }
    } finally {
      pipeline.dispose();
    }
  });
};

/** A frame of noise. */
function room(random: Random): Frame {
  const plane = (width: number, rows: number) => ({
    data: Uint8Array.from({ length: width * rows }, () => random.integer(16, 235)),
    stride: width,
  });
  return {
    format: 'I420',
    width: WIDTH,
    height: HEIGHT,
    planes: [plane(WIDTH, HEIGHT), plane(WIDTH / 2, HEIGHT / 2), plane(WIDTH / 2, HEIGHT / 2)],
    colorSpace: { matrix: 'bt709', range: 'limited' },
    rotation: 0,
  };
}
