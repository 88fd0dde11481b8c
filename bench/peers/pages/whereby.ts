import { createEffectStream } from '@whereby.com/camera-effects';
import { present } from './lab.js';
import { IMAGES, type Scene } from './library.js';

const presetOf = (scene: Scene) => (scene === 'blur' ? 'blur' : 'image-custom');

function paramsOf(scene: Scene): { backgroundUrl?: string } {
  return scene === 'blur' ? {} : { backgroundUrl: IMAGES[scene] };
}

function trackOf(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getVideoTracks();
  if (!track) throw new Error('The stream has no track.');
  return track;
}

/** With the setup that it chooses by itself for Chromium. */
const SETUP = () => ({});

present({
  async start(camera, scene) {
    const input = new MediaStream([camera]);
    let effect = await createEffectStream(input, presetOf(scene), SETUP, paramsOf(scene));
    return {
      track: trackOf(effect.stream),
      show: async (next) => {
        if (!(await effect.tryUpdate(presetOf(next), SETUP, paramsOf(next)))) {
          const replaced = effect;
          effect = await createEffectStream(input, presetOf(next), SETUP, paramsOf(next));
          replaced.stop();
        }
        return trackOf(effect.stream);
      },
      stop: () => effect.stop(),
    };
  },
});
