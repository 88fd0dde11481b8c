import { inspect } from './inspect.js';
import type { RecorderMessage } from './messages.js';
import { Nearness } from './near.js';

/** Looks at every frame of a track, in a worker: a busy page does not hold it up. */
self.onmessage = async ({ data }: MessageEvent<RecorderMessage>) => {
  const reader = (data.readable ?? processorOf(data.track)).getReader();
  const truth = data.truth && (await Nearness.load(data.truth));
  for (;;) {
    const { done, value: frame } = await reader.read();
    if (done) break;
    if (data.keep) {
      const options: VideoFrameCopyToOptions = data.keep === 'RGBA' ? { format: 'RGBA' } : {};
      const planes = new Uint8Array(frame.allocationSize(options));
      await frame.copyTo(planes, options);
      const { timestamp, displayWidth: width, displayHeight: height } = frame;
      const kept = { timestamp, width, height, format: String(frame.format), planes };
      postMessage({ type: 'kept', ...kept }, { transfer: [planes.buffer] });
    } else {
      postMessage({ type: 'seen', seen: await inspect(frame, data.color, truth?.at(frame.timestamp)) });
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
