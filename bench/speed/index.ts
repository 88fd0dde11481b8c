import { parseArgs } from 'node:util';
import { openGpu } from '@elsewhere/node/internal';
import { benchBackends } from './backends.js';
import { benchCommand } from './command.js';
import { drawFrames } from './frames.js';
import { benchNetworks } from './networks.js';
import { benchTimings, FRAMES } from './timings.js';
import { benchVirtualCamera } from './virtual-camera.js';

// npm run bench:speed [-- --gpu FILE ...]: the networks (--networks: only them), the parts of the pipeline on the presenter, both
// backends if there is a GPU (--gpu: also with a software driver), and the whole command on the presenter or on files (--command: only
// that). --virtual-camera [--minutes N]: only what a virtual camera uses, and its memory over some minutes.
const flag = { type: 'boolean', default: false } as const;
const { values, positionals } = parseArgs({
  options: {
    gpu: flag,
    networks: flag,
    command: flag,
    'virtual-camera': flag,
    minutes: { type: 'string', default: '0' },
  },
  allowPositionals: true,
});
if (values.command) {
  await benchCommand(positionals);
  process.exit();
}
if (values['virtual-camera']) {
  await benchVirtualCamera(Number(values.minutes));
  process.exit();
}
await benchNetworks();
if (values.networks) process.exit();
await benchTimings();
const device = await openGpu().catch((error: unknown) => {
  if (values.gpu) throw error;
  return undefined;
});
if (device && (values.gpu || !device.adapterInfo.isFallbackAdapter)) {
  const draw = (width: number, height: number) => drawFrames(width, height, FRAMES);
  await benchBackends({ device, draw, sizes: ['720p', '1080p', '4K'], frames: 300 });
}
await benchCommand(positionals);
// Dawn keeps the process alive.
process.exit();
