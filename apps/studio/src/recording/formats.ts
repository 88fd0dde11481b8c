/** A kind of file that recordings can be written in. */
export type FormatName = 'mp4' | 'webm';

/** What browsers call the kinds, the best first. H.264 costs least where hardware writes it, VP8 where nothing does. */
const TYPES: Readonly<Record<FormatName, readonly string[]>> = {
  mp4: [
    'video/mp4;codecs=avc1.640028,mp4a.40.2',
    'video/mp4;codecs=avc1.640028,opus',
    'video/mp4;codecs=avc1.42E01F,mp4a.40.2',
    'video/mp4',
  ],
  webm: ['video/webm;codecs=vp8,opus', 'video/webm'],
};

/** The type to record a kind with; none where this browser cannot. */
export function recordingType(format: FormatName): string | undefined {
  return TYPES[format].find((type) => MediaRecorder.isTypeSupported(type));
}

/** The kinds that this browser can write. */
export function possibleFormats(): readonly FormatName[] {
  if (!('MediaRecorder' in globalThis)) return [];
  return (Object.keys(TYPES) as FormatName[]).filter((format) => recordingType(format) !== undefined);
}
