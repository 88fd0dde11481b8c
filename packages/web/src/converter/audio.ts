import type { ConversionWarning } from '@elsewhere/engine';
import { isAfter, isBefore, type TimeRange } from '@elsewhere/engine/internal';
import {
  AudioSample,
  AudioSampleSink,
  AudioSampleSource,
  canEncodeAudio,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  type InputAudioTrack,
  type Output,
  QUALITY_HIGH,
} from 'mediabunny';
import type { Part } from './part.js';
import type { TrackClock } from './steady-clock.js';
import type { VideoClock } from './video-clock.js';

/** A packet of which less than this lies in the part is left out, in seconds. */
const NEGLIGIBLE = 0.001;

/** Writes a part of an audio track into the output, in step with the video, once the output has been started. */
export type AudioCopy = (
  part: Part,
  clock: VideoClock,
  steady: TrackClock,
  signal: AbortSignal,
) => Promise<void>;

/**
 * Adds an audio track to the output: copied where the container takes its codec, else encoded as Opus.
 *
 * @param output - Not started yet.
 * @param warnings - Gets a warning where the track is not copied as it is.
 * @returns `undefined` if the track is left out, because it can be neither copied nor decoded.
 */
export async function addAudio(
  track: InputAudioTrack,
  output: Output,
  warnings: ConversionWarning[],
): Promise<AudioCopy | undefined> {
  const codec = await track.getCodec();
  const metadata = { languageCode: await track.getLanguageCode() };
  if (codec && output.format.getSupportedAudioCodecs().includes(codec)) {
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source, metadata);
    return (part, clock, steady, signal) => {
      const copying = copyPackets({ track, source, output, part, clock, steady, signal, warnings });
      return untilDamaged(copying, source, signal, warnings);
    };
  }
  if (!(await track.canDecode())) {
    warnings.push({
      code: 'AUDIO_DROPPED',
      message: `The audio (${codec ?? 'unknown codec'}) was left out: the new file cannot hold it, and this browser cannot decode it.`,
    });
    return undefined;
  }
  const decoded = await formatOf(track);
  // Browsers may encode no more than two channels.
  const isMixed = !(await canEncodeAudio('opus', decoded));
  const transform = isMixed ? { ...decoded, numberOfChannels: 2 } : decoded;
  const how = isMixed ? 'mixed to two channels and encoded as Opus' : 'encoded as Opus';
  warnings.push({
    code: 'AUDIO_ENCODED',
    message: `The audio (${codec}) was ${how}, because the new file cannot hold it as it is.`,
  });
  // One format, even where that of the input changes on the way.
  const source = new AudioSampleSource({ codec: 'opus', quality: QUALITY_HIGH, transform });
  output.addAudioTrack(source, metadata);
  return ({ range }, clock, steady, signal) =>
    untilDamaged(encodeAsOpus(track, source, range, clock, steady, signal), source, signal, warnings);
}

/** What the decoder gives: that may not be what the file states. */
async function formatOf(track: InputAudioTrack): Promise<{ numberOfChannels: number; sampleRate: number }> {
  const first = await track.getFirstTimestamp();
  const sample = await new AudioSampleSink(track).getSample(first).catch(() => null);
  if (!sample) {
    return { numberOfChannels: await track.getNumberOfChannels(), sampleRate: await track.getSampleRate() };
  }
  const { numberOfChannels, sampleRate } = sample;
  sample.close();
  return { numberOfChannels, sampleRate };
}

/** Where a track is damaged it ends, with a warning: it must not end the conversion. */
async function untilDamaged(
  writing: Promise<void>,
  source: EncodedAudioPacketSource | AudioSampleSource,
  signal: AbortSignal,
  warnings: ConversionWarning[],
): Promise<void> {
  try {
    await writing;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The audio ends early: what follows is damaged, or cannot be written (${reason}).`;
    warnings.push({ code: 'AUDIO_DROPPED', message });
    source.close();
  }
}

/** What {@link copyPackets} needs. */
interface Copying {
  readonly track: InputAudioTrack;
  readonly source: EncodedAudioPacketSource;
  readonly output: Output;
  readonly part: Part;
  readonly clock: VideoClock;
  readonly steady: TrackClock;
  readonly signal: AbortSignal;
  readonly warnings: ConversionWarning[];
}

async function copyPackets(copying: Copying): Promise<void> {
  const { track, source, output, clock, steady, signal, warnings } = copying;
  const { range, isTrimmed } = copying.part;
  const decoderConfig = await track.getDecoderConfig();
  const meta = decoderConfig ? { decoderConfig } : undefined;
  // Where a packet may begin before the output does, players trim it to the sample.
  const isTrimmable = output.format.negativeTimestampSupport === 'full';
  const sink = new EncodedPacketSink(track);
  const first = isTrimmed ? await sink.getPacket(range.from) : null;
  let format: string | undefined;
  let changes = false;
  for await (const packet of sink.packets(first ?? undefined)) {
    if (isAfter(packet.timestamp, range)) break;
    const timestamp = steady.at(packet.timestamp - range.from, packet.duration);
    const isWanted = await clock.reaches(timestamp);
    signal.throwIfAborted();
    if (!isWanted) break;
    const decisive = isTrimmable ? packet.timestamp + packet.duration - NEGLIGIBLE : packet.timestamp;
    if (isTrimmed && isBefore(decisive, range)) continue;
    const own = describedFormat(packet.data);
    format ??= own;
    changes ||= own !== format;
    await source.add(packet.clone({ timestamp }), meta);
  }
  if (changes) {
    const message =
      'The audio changes its format on the way, and the new file states the first one: players may not play the rest as it was.';
    warnings.push({ code: 'AUDIO_CHANGED', message });
  }
  source.close();
}

/**
 * The sampling rate and the channels that a packet of AAC states, where each does so (ADTS), as in broadcasts.
 *
 * @returns `undefined` for other packets.
 */
export function describedFormat([first, second = 0, third = 0, fourth = 0]: Uint8Array): string | undefined {
  const isAdts = first === 0xff && (second & 0xf6) === 0xf0;
  return isAdts ? `${third & 0xfd} ${fourth >> 6}` : undefined;
}

async function encodeAsOpus(
  track: InputAudioTrack,
  source: AudioSampleSource,
  range: TimeRange,
  clock: VideoClock,
  steady: TrackClock,
  signal: AbortSignal,
): Promise<void> {
  // When what has been encoded ends. An encoder puts samples one behind the other, whatever their timestamps.
  let end: number | undefined;
  for await (const decoded of samplesOf(track, range)) {
    const sample = trim(decoded, range);
    try {
      sample.setTimestamp(steady.at(Math.max(0, sample.timestamp - range.from), sample.duration));
      const isWanted = await clock.reaches(sample.timestamp);
      signal.throwIfAborted();
      if (!isWanted) break;
      if (sample.numberOfFrames === 0) continue;
      const gap = end === undefined ? 0 : sample.timestamp - end;
      // Less is rounding, or will be made up for with what follows.
      const silence = gap > sample.duration / 2 ? silenceLike(sample, gap) : undefined;
      if (silence) await source.add(silence);
      silence?.close();
      await source.add(sample);
      end = (end ?? sample.timestamp) + (silence?.duration ?? 0) + sample.duration;
    } finally {
      sample.close();
    }
  }
  source.close();
}

/** Decodes a part of a track. Decoders count samples and take no notice of gaps: after each there is another one. */
async function* samplesOf(track: InputAudioTrack, { from, to }: TimeRange): AsyncGenerator<AudioSample> {
  const sink = new AudioSampleSink(track);
  let start = from;
  for (const end of await endsOfGaps(track)) {
    if (end <= start || end >= to) continue;
    yield* sink.samples(start, end);
    start = end;
  }
  yield* sink.samples(start, to);
}

/** So many packets tell how far apart those of a track usually are. */
const USUAL_PACKETS = 64;

/** When packets are missing, in seconds: the timestamps of those that follow. None where the clock goes back. */
async function endsOfGaps(track: InputAudioTrack): Promise<readonly number[]> {
  const times: number[] = [];
  const options = { metadataOnly: true } as const;
  for await (const { timestamp } of new EncodedPacketSink(track).packets(undefined, undefined, options))
    times.push(timestamp);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  if (steps.some((step) => step < 0)) return [];
  const usual =
    steps.slice(0, USUAL_PACKETS).sort((a, b) => a - b)[Math.min(steps.length, USUAL_PACKETS) >> 1] ?? 0;
  return times.slice(1).filter((_, index) => (steps[index] ?? 0) > 1.5 * usual);
}

/** Silence before a sample, in its format. */
function silenceLike({ numberOfChannels, sampleRate, timestamp }: AudioSample, seconds: number): AudioSample {
  const frames = Math.round(seconds * sampleRate);
  const data = new Float32Array(frames * numberOfChannels);
  return new AudioSample({
    data,
    format: 'f32',
    numberOfChannels,
    sampleRate,
    timestamp: timestamp - seconds,
  });
}

/**
 * Removes what lies outside of a range.
 *
 * @param sample - Closed, unless it is returned as it is.
 * @returns A sample to be closed by the caller; empty if nothing is left.
 */
export function trim(sample: AudioSample, { from, to }: TimeRange): AudioSample {
  const { timestamp, sampleRate, numberOfFrames } = sample;
  const frameAt = (time: number) =>
    Math.min(numberOfFrames, Math.max(0, Math.round((time - timestamp) * sampleRate)));
  const [first, end] = [frameAt(from), frameAt(to)];
  if (first === 0 && end === numberOfFrames) return sample;
  const trimmed = sample.trim(first, end);
  sample.close();
  return trimmed;
}
