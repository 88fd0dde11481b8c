import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_AC3,
  AV_CODEC_ID_EAC3,
  AV_CODEC_ID_MP2,
  AV_CODEC_ID_MP3,
  type AVCodecID,
} from 'node-av/constants';

/**
 * The format of a packet of sound, where each packet describes itself, as in broadcasts: its sampling rate and its channels.
 *
 * @returns A text that differs where the format does; `undefined` where packets say nothing.
 */
export function soundFormat(codec: AVCodecID, data: Buffer): string | undefined {
  const byte = (index: number) => data[index] ?? 0;
  switch (codec) {
    case AV_CODEC_ID_AAC: {
      // ADTS: profile and rate, channels. Elsewhere the container has the description.
      const isAdts = byte(0) === 0xff && (byte(1) & 0xf6) === 0xf0;
      return isAdts ? `${byte(2) >> 2} ${((byte(2) & 1) << 2) | (byte(3) >> 6)}` : undefined;
    }
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3:
      return byte(0) === 0x0b && byte(1) === 0x77 ? dolbyFormat(data) : undefined;
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3: {
      const isSync = byte(0) === 0xff && byte(1) >= 0xe0;
      const isMono = byte(3) >> 6 === 3;
      return isSync ? `${(byte(1) >> 1) & 15} ${(byte(2) >> 2) & 3} ${isMono}` : undefined;
    }
    default:
      return undefined;
  }
}

/** Rate and channels of AC-3 and of E-AC-3, which have the same sync word and tell themselves apart by their version. */
function dolbyFormat(data: Buffer): string | undefined {
  const [, , head = 0, , rates = 0, version = 0, modes = 0, more = 0] = data;
  if (version >> 3 > 10) {
    const isDependent = head >> 6 === 1;
    return isDependent ? undefined : `${rates >> 6} ${rates & 15}`;
  }
  const mode = modes >> 5;
  // Levels of the centre and of the sides come before the bit of the subwoofer, where there are such channels.
  const levels = ((mode & 1) !== 0 && mode !== 1 ? 2 : 0) + ((mode & 4) !== 0 ? 2 : 0) + (mode === 2 ? 2 : 0);
  const hasSubwoofer = (((modes << 8) | more) >> (12 - levels)) & 1;
  return `${rates >> 6} ${mode} ${hasSubwoofer}`;
}
