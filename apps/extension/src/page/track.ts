import { Output } from './output.js';
import { wrapGetter, wrapMethod } from './wrap.js';

/** What the camera answers for a track of ours. */
const CAMERAS_METHODS = ['getSettings', 'getCapabilities', 'getConstraints'] as const;
const CAMERAS_GETTERS = ['label', 'muted'] as const;

/** Lets the tracks of outputs answer as the camera's do. Other tracks stay as they are. */
export function wrapTracks(): void {
  const { prototype } = MediaStreamTrack;
  const outputOf = (self: unknown) => (self instanceof MediaStreamTrack ? Output.of(self) : undefined);
  for (const name of CAMERAS_METHODS) {
    wrapMethod(prototype, name, (native, self, args) =>
      Reflect.apply(native, outputOf(self)?.camera ?? self, args),
    );
  }
  for (const name of CAMERAS_GETTERS) {
    wrapGetter(prototype, name, (native, self, args) =>
      Reflect.apply(native, outputOf(self)?.camera ?? self, args),
    );
  }
  wrapMethod(prototype, 'applyConstraints', (native, self, args) => {
    const output = outputOf(self);
    return output
      ? output.applyConstraints(args[0] as MediaTrackConstraints | undefined)
      : Reflect.apply(native, self, args);
  });
  wrapMethod(prototype, 'clone', (native, self, args) => {
    const output = outputOf(self);
    // The clone of a track that has ended has ended, too.
    return output && output.track.readyState === 'live'
      ? output.clone().track
      : Reflect.apply(native, self, args);
  });
  wrapMethod(prototype, 'stop', (native, self, args) => {
    const output = outputOf(self);
    const isLive = output?.track.readyState === 'live';
    Reflect.apply(native, self, args);
    if (isLive) output?.stop();
  });
  wrapMethod(MediaStream.prototype, 'clone', (native, self, args) => {
    const tracks = self instanceof MediaStream ? self.getTracks() : [];
    return tracks.some(Output.of)
      ? new MediaStream(tracks.map((track) => track.clone()))
      : Reflect.apply(native, self, args);
  });
}
