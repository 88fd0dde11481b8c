import {
  VirtualBackgroundProcessor,
  type VirtualBackgroundProcessorOptions,
} from '@shiguredo/virtual-background';
import { present } from './lab.js';
import { loadImage, type Scene } from './library.js';

/** The value in its documentation. */
const BLUR = 15;

async function optionsOf(scene: Scene): Promise<VirtualBackgroundProcessorOptions> {
  return scene === 'blur' ? { blurRadius: BLUR } : { backgroundImage: await loadImage(scene) };
}

present({
  async start(camera, scene) {
    const input = camera as MediaStreamVideoTrack;
    const processor = new VirtualBackgroundProcessor('/shiguredo');
    return {
      track: await processor.startProcessing(input, await optionsOf(scene)),
      // It cannot change the background while it runs: it is stopped and restarted, with another track.
      show: async (next) => {
        const options = await optionsOf(next);
        processor.stopProcessing();
        return processor.startProcessing(input, options);
      },
      stop: () => processor.stopProcessing(),
    };
  },
});
