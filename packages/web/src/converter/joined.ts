import { EncodedPacketSink, type InputVideoTrack, VideoSample } from 'mediabunny';
import { TrackClock } from './steady-clock.js';

/** So many packets may wait in the decoder. */
const MOST_WAITING = 8;

/** What a look at all packets of a video has found. */
export interface Joints {
  /** The places in the file, as numbers of packets, where its clock jumps. */
  readonly packets: ReadonlySet<number>;
  /** When the video ends, in seconds, without the jumps. */
  readonly end: number;
}

/**
 * Looks for the key frames at which a clock jumps: recordings that are joined begin with one each. For containers whose packets
 * come in the order of the file; the whole file is read.
 */
export async function jointsOf(track: InputVideoTrack): Promise<Joints> {
  const clock = new TrackClock([0]);
  const packets = new Set<number>();
  let [number, latest, end] = [0, Number.NEGATIVE_INFINITY, 0];
  const options = { metadataOnly: true } as const;
  for await (const { type, timestamp, duration } of new EncodedPacketSink(track).packets(
    undefined,
    undefined,
    options,
  )) {
    // B-frames are shown before those that they follow in the file.
    if (type === 'key' || timestamp > latest) {
      const before = clock.jumps;
      end = Math.max(end, clock.at(timestamp, duration) + duration);
      if (clock.jumps > before) packets.add(number);
      latest = timestamp;
    }
    number++;
  }
  return { packets, end };
}

/**
 * Decodes the frames of recordings that were joined, one recording after the other: the timestamps of two are not in order.
 *
 * @returns Frames to be closed by the caller, with the timestamps of their recordings.
 */
export async function* samplesOfJoined(track: InputVideoTrack, joints: Joints): AsyncGenerator<VideoSample> {
  const config = await track.getDecoderConfig();
  if (!config) throw new Error('The video does not say how it is decoded.');
  const frames: VideoFrame[] = [];
  let failure: DOMException | undefined;
  const decoder = new VideoDecoder({
    output: (frame) => frames.push(frame),
    error: (error) => {
      failure = error;
    },
  });
  const rotation = await track.getRotation();
  const take = (frame: VideoFrame) => new VideoSample(frame, { rotation });
  try {
    decoder.configure(config);
    let number = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      if (joints.packets.has(number++)) await decoder.flush();
      decoder.decode(packet.toEncodedVideoChunk());
      while (decoder.decodeQueueSize > MOST_WAITING && !failure) {
        await new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true }));
      }
      if (failure) throw failure;
      for (const frame of frames.splice(0)) yield take(frame);
    }
    await decoder.flush();
    for (const frame of frames.splice(0)) yield take(frame);
  } finally {
    for (const frame of frames) frame.close();
    if (decoder.state !== 'closed') decoder.close();
  }
}
