import type { Library } from './library.js';

/** The floor: raw frames through a worker and out again. What any library has to pay that gives a new track. */
export const floor: Library = {
  async start(camera) {
    const { readable } = new MediaStreamTrackProcessor({ track: camera as MediaStreamVideoTrack });
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    const { writable } = track;
    const worker = new Worker('/pages/floor.worker.js', { type: 'module' });
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
