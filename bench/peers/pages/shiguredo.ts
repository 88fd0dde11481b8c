import {
  VirtualBackgroundProcessor,
  type VirtualBackgroundProcessorOptions,
} from '@shiguredo/virtual-background';
import { present } from './lab.js';
import { loadPicture, type Scene } from './library.js';

/** As its description has it. */
const BLUR = 15;

async function optionsOf(scene: Scene): Promise<VirtualBackgroundProcessorOptions> {
  return scene === 'blur' ? { blurRadius: BLUR } : { backgroundImage: await loadPicture(scene) };
}

present({
  async start(camera, scene) {
    const input = camera as MediaStreamVideoTrack;
    const processor = new VirtualBackgroundProcessor('/shiguredo');
    return {
      track: await processor.startProcessing(input, await optionsOf(scene)),
      // It has no way to change under way: it is stopped and started anew, with another track.
      show: async (next) => {
        const options = await optionsOf(next);
        processor.stopProcessing();
        return processor.startProcessing(input, options);
      },
      stop: () => processor.stopProcessing(),
    };
  },
});
