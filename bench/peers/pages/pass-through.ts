import type { Library } from './library.js';

/** The baseline: passes raw frames through a worker, the least that any library with an output track does. */
export const passThrough: Library = {
  async start(camera) {
    const { readable } = new MediaStreamTrackProcessor({ track: camera as MediaStreamVideoTrack });
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const { writable } = track;
    const worker = new Worker('/pages/pass-through.worker.js', { type: 'module' });
    worker.postMessage({ readable, writable }, [readable, writable]);
    return {
      track,
      show: async () => track,
      stop: () => {
        track.stop();
        worker.terminate();
      },
    };
  },
};
