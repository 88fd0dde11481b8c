import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PlanesSink } from '@elsewhere/engine/gpu';
import { createGpuPipeline, openGpu } from '@elsewhere/node/internal';
import { benchRungs } from './rungs.js';
import { SIZES } from './setting.js';
import { readStored, scale } from './stored.js';
import { benchWays } from './ways.js';

// npm run bench:gpu [-- --sizes 720p,1080p,4K --frames 300]: both ways, from nothing but the folder that bench/pack-gpu.mjs makes, on
// machines with a GPU and nothing else. The larger sizes are the stored frames made larger: edges are softer than a camera's.
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '720p,1080p,4K' },
    frames: { type: 'string', default: '300' },
    /** The rungs alone. */
    rungs: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',');
for (const size of sizes) if (!SIZES[size]) throw new Error(`${size} is none of ${Object.keys(SIZES)}.`);

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
if (!values.rungs) await benchWays(options);
await benchRungs(options);
// Dawn keeps the process busy for as long as it is there.
process.exit();
