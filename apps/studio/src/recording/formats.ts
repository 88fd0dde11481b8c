/** A container for recordings. */
export type FormatName = 'mp4' | 'webm';

/** MIME types for each container, the best first. H.264 is cheapest with hardware encoders, VP8 without. */
const TYPES: Readonly<Record<FormatName, readonly string[]>> = {
  mp4: [
    'video/mp4;codecs=avc1.640028,mp4a.40.2',
    'video/mp4;codecs=avc1.640028,opus',
    'video/mp4;codecs=avc1.42E01F,mp4a.40.2',
    'video/mp4',
  ],
  webm: ['video/webm;codecs=vp8,opus', 'video/webm'],
};

/** The MIME type for a container; `undefined` if this browser cannot record it. */
export function recordingType(format: FormatName): string | undefined {
  return TYPES[format].find((type) => MediaRecorder.isTypeSupported(type));
}

/** The containers that this browser can record. */
export function possibleFormats(): readonly FormatName[] {
  if (!('MediaRecorder' in globalThis)) return [];
  return (Object.keys(TYPES) as FormatName[]).filter((format) => recordingType(format) !== undefined);
}
