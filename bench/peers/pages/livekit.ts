import { BackgroundProcessor, type SwitchBackgroundProcessorOptions } from '@livekit/track-processors';
import { LocalVideoTrack } from 'livekit-client';
import { present } from './lab.js';
import { IMAGES, type Scene } from './library.js';

/** The value in its documentation. */
const BLUR = 10;

function modeOf(scene: Scene): SwitchBackgroundProcessorOptions {
  if (scene === 'blur') return { mode: 'background-blur', blurRadius: BLUR };
  return { mode: 'virtual-background', imagePath: IMAGES[scene] };
}

present({
  async start(camera, scene) {
    const processor = BackgroundProcessor({
      ...modeOf(scene),
      assetPaths: {
        tasksVisionFileSet: '/livekit/wasm',
        modelAssetPath: '/models/selfie_segmenter_landscape.tflite',
      },
    });
    const local = new LocalVideoTrack(camera, undefined, true);
    await local.setProcessor(processor);
    const track = processor.processedTrack;
    if (!track) throw new Error('There is no processed track.');
    return {
      track,
      show: async (next) => {
        await processor.switchTo(modeOf(next));
        return track;
      },
      stop: () => local.stop(),
    };
  },
});
