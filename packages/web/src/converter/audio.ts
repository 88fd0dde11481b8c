import {
  AudioSampleSink,
  AudioSampleSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  type InputAudioTrack,
  type Output,
  QUALITY_HIGH,
} from 'mediabunny';

/** Puts an audio track into the output, piece by piece, once that has been started. */
export type AudioCopy = (signal: AbortSignal) => Promise<void>;

/**
 * Announces an audio track to the output: as it is where the container takes its codec, else encoded anew as Opus, else not
 * at all.
 *
 * @param track - The track.
 * @param output - Not started yet.
 * @param warnings - Gets a sentence where it is not copied as it is.
 */
export async function addAudio(
  track: InputAudioTrack,
  output: Output,
  warnings: string[],
): Promise<AudioCopy | undefined> {
  const codec = await track.getCodec();
  const metadata = { languageCode: await track.getLanguageCode() };
  if (codec && output.format.getSupportedAudioCodecs().includes(codec)) {
    const source = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(source, metadata);
    return (signal) => copyPackets(track, source, output, signal);
  }
  if (!(await track.canDecode())) {
    warnings.push(
      `The sound (${codec ?? 'of an unknown kind'}) fits not into the new file and was left out.`,
    );
    return undefined;
  }
  warnings.push(`The sound (${codec}) fits not into the new file as it is and was encoded anew as Opus.`);
  const source = new AudioSampleSource({ codec: 'opus', quality: QUALITY_HIGH });
  output.addAudioTrack(source, metadata);
  return (signal) => encodeAnew(track, source, signal);
}

async function copyPackets(
  track: InputAudioTrack,
  source: EncodedAudioPacketSource,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const decoderConfig = await track.getDecoderConfig();
  const meta = decoderConfig ? { decoderConfig } : undefined;
  const isEarlyFine = output.format.negativeTimestampSupport !== 'none';
  for await (const packet of new EncodedPacketSink(track).packets()) {
    signal.throwIfAborted();
    if (packet.timestamp < 0 && !isEarlyFine) continue;
    await source.add(packet, meta);
  }
  source.close();
}

async function encodeAnew(
  track: InputAudioTrack,
  source: AudioSampleSource,
  signal: AbortSignal,
): Promise<void> {
  for await (const sample of new AudioSampleSink(track).samples(0)) {
    try {
      signal.throwIfAborted();
      await source.add(sample);
    } finally {
      sample.close();
    }
  }
  source.close();
}
