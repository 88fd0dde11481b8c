import type { VirtualBackground } from '@elsewhere/web';

/** As much of a track as adapters touch. */
export class FakeTrack {
  readonly kind: string;
  readyState: 'live' | 'ended' = 'live';
  /** What it was processed from. */
  readonly source: FakeTrack | undefined;

  constructor(kind = 'video', source?: FakeTrack) {
    this.kind = kind;
    this.source = source;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** As the type that adapters take. */
  get real(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** As much of a stream as adapters touch. */
export class FakeStream {
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[]) {
    this.#tracks = tracks;
  }

  getTracks(): FakeTrack[] {
    return this.#tracks;
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'video');
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === 'audio');
  }

  get real(): MediaStream {
    return this as unknown as MediaStream;
  }
}

/** A background that hands out a new track for each and refuses ended ones. */
export class FakeBackground {
  readonly processed: FakeTrack[] = [];

  process(track: FakeTrack): FakeTrack {
    if (track.readyState === 'ended') throw new Error('TRACK_INVALID');
    const output = new FakeTrack('video', track);
    this.processed.push(output);
    return output;
  }

  get real(): VirtualBackground {
    return this as unknown as VirtualBackground;
  }
}

/** The fake behind what an adapter gave. */
export function fake(track: MediaStreamTrack | undefined): FakeTrack {
  if (track instanceof FakeTrack) return track;
  throw new TypeError('Not one of the fake tracks');
}
