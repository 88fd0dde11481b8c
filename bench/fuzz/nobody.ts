import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelWriter } from '../../packages/engine/test/network/support/write-tflite.js';

const [WIDTH, HEIGHT] = [32, 18];

/** A network that finds nobody: whatever an input shows, no pixel of it may come out. Returns its path. */
export function writeNobody(folder: string): string {
  const writer = new ModelWriter();
  const input = writer.tensor([1, HEIGHT, WIDTH, 3]);
  const weights = writer.tensor([1, 1, 1, 3], new Float32Array(3));
  const bias = writer.tensor([1], new Float32Array(1));
  const output = writer.tensor([1, HEIGHT, WIDTH, 1]);
  writer.operator('CONV_2D', [input, weights, bias], [output], [{ byte: 0 }, 1, 1, { byte: 0 }, 1, 1]);
  const path = join(folder, 'nobody.tflite');
  writeFileSync(path, writer.finish([input], [output]));
  const description = {
    id: 'nobody',
    input: { width: WIDTH, height: HEIGHT, valueRange: [0, 1] },
    output: { kind: 'confidence' },
  };
  writeFileSync(join(folder, 'nobody.json'), JSON.stringify(description));
  return path;
}
