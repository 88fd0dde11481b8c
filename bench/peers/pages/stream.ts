import { type BackgroundEffectOptions, VirtualBackground } from '@stream-io/video-filters-web';
import { present } from './lab.js';
import { IMAGES, type Scene } from './library.js';

function effectOf(scene: Scene): BackgroundEffectOptions {
  if (scene === 'blur') return { backgroundFilter: 'blur', backgroundBlurLevel: 'medium' };
  return { backgroundFilter: 'image', backgroundImage: IMAGES[scene] };
}

present({
  async start(camera, scene) {
    const processor = new VirtualBackground(
      camera as MediaStreamVideoTrack,
      { basePath: '/stream', ...effectOf(scene) },
      { onError: (error) => console.error(error) },
    );
    const track = await processor.start();
    return {
      track,
      show: async (next) => {
        await processor.updateOptions(effectOf(next));
        return track;
      },
      stop: () => processor.stop(),
    };
  },
});
