import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PlanesSink } from '@elsewhere/engine/gpu';
import { createGpuPipeline, openGpu } from '@elsewhere/node/internal';
import { benchBackends } from './backends.js';
import { benchQualityLevels } from './quality-levels.js';
import { SIZES } from './setup.js';
import { readStored, scale } from './stored.js';

// npm run bench:gpu [-- --sizes 720p,1080p,4K --frames 300]: both backends. Needs only the folder that bench/pack-gpu.mjs makes, so it
// runs on machines with a GPU and nothing else. Larger sizes are the stored frames scaled up, with softer edges than a
// camera's.
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '720p,1080p,4K' },
    frames: { type: 'string', default: '300' },
    /** Only the quality levels. */
    levels: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',');
for (const size of sizes)
  if (!SIZES[size]) throw new Error(`Unknown size ${size}. Use ${Object.keys(SIZES).join(', ')}.`);

const stored = readStored(await readFile(new URL('presenter.i420', import.meta.url)));
const began = performance.now();
const device = await openGpu();
const opened = performance.now();
(await createGpuPipeline(device, new PlanesSink(device, 'I420'))).dispose();
const [opening, compiling] = [opened - began, performance.now() - opened].map(Math.round);
console.log(`Opening the GPU took ${opening} ms, compiling both networks for it ${compiling} ms.`);
const options = {
  device,
  draw: async (width: number, height: number) => stored.map((frame) => scale(frame, width, height)),
  sizes,
  frames: Number(values.frames),
};
if (!values.levels) await benchBackends(options);
await benchQualityLevels(options);
// Dawn keeps the process alive.
process.exit();
