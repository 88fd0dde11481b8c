import { parseArgs } from 'node:util';
import { openGpu } from '@elsewhere/node/internal';
import { benchCommand } from './command.js';
import { drawFrames } from './frames.js';
import { benchNetworks } from './networks.js';
import { benchStages, PICTURES } from './stages.js';
import { benchWays } from './ways.js';

// npm run bench:speed [-- --gpu FILE ...]: the networks (--networks: only them), the stages over the presenter, those of both ways where
// there is a GPU (--gpu: or a driver that stands in for one), then the whole command over the presenter or files.
const { values, positionals } = parseArgs({
  options: { gpu: { type: 'boolean', default: false }, networks: { type: 'boolean', default: false } },
  allowPositionals: true,
});
await benchNetworks();
if (values.networks) process.exit();
await benchStages();
const device = await openGpu().catch((error: unknown) => {
  if (values.gpu) throw error;
  return undefined;
});
if (device && (values.gpu || !device.adapterInfo.isFallbackAdapter)) {
  const draw = (width: number, height: number) => drawFrames(width, height, PICTURES);
  await benchWays({ device, draw, sizes: ['720p', '1080p', '4K'], frames: 300 });
}
await benchCommand(positionals);
// Dawn keeps the process busy for as long as it is there.
process.exit();
