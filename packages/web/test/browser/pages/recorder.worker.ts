import { inspect } from './inspect.js';
import type { RecorderMessage } from './messages.js';

/** Looks at every frame of a track, in a worker: a busy page does not hold it up. */
self.onmessage = async ({ data }: MessageEvent<RecorderMessage>) => {
  const readable = data.readable ?? processorOf(data.track);
  const reader = readable.getReader();
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) break;
    const seen = await inspect(frame, data.color);
    if (data.keep) {
      const planes = new Uint8Array(frame.allocationSize());
      await frame.copyTo(planes);
      postMessage({ type: 'seen', seen, planes }, { transfer: [planes.buffer] });
    } else {
      postMessage({ type: 'seen', seen });
    }
    frame.close();
  }
  postMessage({ type: 'ended' });
};

/** Where tracks go to workers, processors live there. */
function processorOf(track: MediaStreamTrack | undefined): ReadableStream<VideoFrame> {
  if (!track) throw new TypeError('Neither a stream nor a track');
  return new MediaStreamTrackProcessor({ track: track as MediaStreamVideoTrack }).readable;
}
