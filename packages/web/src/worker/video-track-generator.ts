/** Of mediacapture-transform, in workers; the types do not know it. */
interface VideoTrackGenerator {
  readonly track: MediaStreamTrack;
  readonly writable: WritableStream<VideoFrame>;
}

/** Makes a track of frames. There where the browser knows it. */
export const { VideoTrackGenerator } = globalThis as unknown as {
  readonly VideoTrackGenerator: new () => VideoTrackGenerator;
};
