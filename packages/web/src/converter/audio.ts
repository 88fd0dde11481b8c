import type { ConversionWarning } from '@elsewhere/engine';
import {
  AudioSampleSink,
  AudioSampleSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  type InputAudioTrack,
  type Output,
  QUALITY_HIGH,
} from 'mediabunny';
import type { VideoClock } from './video-clock.js';

/** Writes an audio track into the output, in step with the video, once the output has been started. */
export type AudioCopy = (clock: VideoClock, signal: AbortSignal) => Promise<void>;

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
    return (clock, signal) => copyPackets(track, source, output, clock, signal);
  }
  if (!(await track.canDecode())) {
    warnings.push({
      code: 'AUDIO_DROPPED',
      message: `The audio (${codec ?? 'unknown codec'}) was left out: the new file cannot hold it, and this browser cannot decode it.`,
    });
    return undefined;
  }
  warnings.push({
    code: 'AUDIO_ENCODED',
    message: `The audio (${codec}) was encoded as Opus, because the new file cannot hold it as it is.`,
  });
  const source = new AudioSampleSource({ codec: 'opus', quality: QUALITY_HIGH });
  output.addAudioTrack(source, metadata);
  return (clock, signal) => encodeAsOpus(track, source, clock, signal);
}

async function copyPackets(
  track: InputAudioTrack,
  source: EncodedAudioPacketSource,
  output: Output,
  clock: VideoClock,
  signal: AbortSignal,
): Promise<void> {
  const decoderConfig = await track.getDecoderConfig();
  const meta = decoderConfig ? { decoderConfig } : undefined;
  const allowsNegative = output.format.negativeTimestampSupport !== 'none';
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const isWanted = await clock.reaches(packet.timestamp);
    signal.throwIfAborted();
    if (!isWanted) break;
    if (packet.timestamp < 0 && !allowsNegative) continue;
    await source.add(packet, meta);
  }
  source.close();
}

async function encodeAsOpus(
  track: InputAudioTrack,
  source: AudioSampleSource,
  clock: VideoClock,
  signal: AbortSignal,
): Promise<void> {
  for await (const sample of new AudioSampleSink(track).samples(0)) {
    try {
      const isWanted = await clock.reaches(sample.timestamp);
      signal.throwIfAborted();
      if (!isWanted) break;
      await source.add(sample);
    } finally {
      sample.close();
    }
  }
  source.close();
}
