import { statSync } from 'node:fs';
import { isAfter, type TimeRange } from '@elsewhere/engine/internal';
import { AV_PKT_DATA_NEW_EXTRADATA, AVDISCARD_ALL } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { known, seconds } from '../ffmpeg.js';
import { type Shape, ShapeReader } from '../frames/shape.js';
import { Decoder } from './decoder.js';
import { Reader } from './reader.js';

/** At most this many keyframes of a file are decoded: all of most recordings, every tenth frame of a minute of intra-only video. */
const MOST_LOOKS = 200;

/**
 * Finds the largest frames of a video, before the first one is converted: the output has their size. Reads the packets of the video
 * once and decodes some of its keyframes.
 *
 * @param path - The file. A pipe can be read only once, and is not looked at.
 * @param range - The part of it that is converted.
 * @param isWanted - Whether to go on; called between two packets.
 * @returns The shape of the largest frames, the first among equals; `undefined` if it is not known.
 */
export function largestShape(path: string, range: TimeRange, isWanted: () => boolean): Shape | undefined {
  if (!statSync(path).isFile()) return undefined;
  const reader = Reader.open(path);
  const packet = new Packet();
  packet.alloc();
  let decoder: Decoder | undefined;
  try {
    decoder = new Decoder(reader.video, reader.name, { deinterlace: 'off' });
    return findLargest(reader, decoder, packet, range, isWanted);
  } finally {
    decoder?.dispose();
    packet.free();
    reader.close();
  }
}

function findLargest(
  reader: Reader,
  decoder: Decoder,
  packet: Packet,
  range: TimeRange,
  isWanted: () => boolean,
): Shape | undefined {
  const { video, duration = 0 } = reader;
  for (const { stream, index } of reader.streams) if (index !== video.index) stream.discard = AVDISCARD_ALL;
  const shapes = new ShapeReader(video);
  const interval = Math.min(duration, range.to - range.from) / MOST_LOOKS;
  let next = Number.NEGATIVE_INFINITY;
  let largest: Shape | undefined;
  for (; isWanted() && reader.read(packet); packet.unref()) {
    if (packet.streamIndex !== video.index) continue;
    const timestamp = known(packet.pts) ?? known(packet.dts);
    const time = timestamp === undefined ? next : seconds(timestamp, video.timeBase);
    if (isAfter(time, range)) break;
    const isNew = packet.getSideData(AV_PKT_DATA_NEW_EXTRADATA) !== null;
    if (!isNew && (!packet.isKeyframe || time < next)) continue;
    next = time + interval;
    const shape = look(decoder, shapes, packet);
    // What begins before the range counts if it is the last of its kind.
    if (shape && (!largest || time <= range.from || area(shape) > area(largest))) largest = shape;
  }
  packet.unref();
  return largest;
}

/** Decodes a keyframe by itself. */
function look(decoder: Decoder, shapes: ShapeReader, packet: Packet): Shape | undefined {
  decoder.send(packet);
  decoder.send(undefined);
  const shape = decoder.receive() ? shapes.read(decoder.frame) : undefined;
  decoder.flush();
  return shape;
}

function area({ width, height }: Shape): number {
  return width * height;
}
