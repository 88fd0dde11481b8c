import { GaussianBlurBackgroundProcessor, VirtualBackgroundProcessor } from '@twilio/video-processors';
import { LocalVideoTrack } from 'twilio-video';
import { present } from './lab.js';
import { loadImage, type Scene } from './library.js';

const ASSETS = '/twilio/';

/** The values in its documentation. */
const OPTIONS = {
  inputFrameBufferType: 'videoframe',
  outputFrameBufferContextType: 'bitmaprenderer',
} as const;

async function processorOf(
  scene: Scene,
): Promise<GaussianBlurBackgroundProcessor | VirtualBackgroundProcessor> {
  const processor =
    scene === 'blur'
      ? new GaussianBlurBackgroundProcessor({ assetsPath: ASSETS })
      : new VirtualBackgroundProcessor({ assetsPath: ASSETS, backgroundImage: await loadImage(scene) });
  await processor.loadModel();
  return processor;
}

present({
  async start(camera, scene) {
    let processor = await processorOf(scene);
    const local = new LocalVideoTrack(camera);
    // It processes only while it is published or attached to an element. This element is not shown, so it costs nothing.
    local.attach(document.createElement('video')).pause();
    local.addProcessor(processor, OPTIONS);
    // The track that is sent: the camera itself while there is no processor.
    const sent = () => local.processedTrack ?? local.mediaStreamTrack;
    return {
      track: sent(),
      show: async (next) => {
        const other = await processorOf(next);
        local.removeProcessor(processor);
        processor = other;
        local.addProcessor(processor, OPTIONS);
        return sent();
      },
      stop: () => local.stop(),
    };
  },
});
