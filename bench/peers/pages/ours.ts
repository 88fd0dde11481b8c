import { VirtualBackground, type VirtualBackgroundOptions, type WebBackground } from '@elsewhere/web';
import { present } from './lab.js';
import { IMAGES, type Scene } from './library.js';

const ASSETS = '/assets/';

function backgroundOf(scene: Scene): WebBackground {
  switch (scene) {
    case 'blur':
      return { type: 'blur' };
    case 'image':
      return { type: 'image', source: IMAGES.image };
    case 'plain':
      return { type: 'color', color: 'rgb(0 177 64)' };
  }
}

type Quality = NonNullable<VirtualBackgroundOptions['quality']>;

present({
  prewarm: (quality) => VirtualBackground.prewarm({ assets: ASSETS, quality: quality as Quality }),
  async start(camera, scene, quality) {
    const background = await VirtualBackground.create({
      assets: ASSETS,
      background: backgroundOf(scene),
      quality: quality as Quality,
    });
    const track = background.process(camera);
    return {
      track,
      show: async (next) => {
        await background.setBackground(backgroundOf(next));
        return track;
      },
      latency: () => background.statistics.latency,
      stop: () => background.dispose(),
    };
  },
});
