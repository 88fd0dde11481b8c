// lib-jitsi-meet is not on npm and needs a server. This stands in for the few of its calls that the example makes, with the
// same order of events; it shows how the effect is used and proves nothing about the library itself.
import type { JitsiStreamEffect } from '@elsewhere/web/jitsi';

/** Stands in for `JitsiLocalTrack`. */
class StandInTrack {
  readonly videoType = 'camera';
  #stream: MediaStream;
  #original: MediaStream | undefined;
  #effect: JitsiStreamEffect | undefined;

  constructor(stream: MediaStream) {
    this.#stream = stream;
  }

  isVideoTrack(): boolean {
    return true;
  }

  async setEffect(effect: JitsiStreamEffect | undefined): Promise<void> {
    if (effect && !effect.isEnabled(this)) throw new Error('Incompatible effect instance!');
    if (this.#original) {
      this.#effect?.stopEffect();
      this.#stream = this.#original;
      this.#original = undefined;
    }
    this.#effect = effect;
    if (!effect) return;
    this.#original = this.#stream;
    this.#stream = effect.startEffect(this.#original);
  }

  attach(video: HTMLVideoElement): void {
    video.srcObject = this.#stream;
  }

  dispose(): void {
    void this.setEffect(undefined);
    for (const track of this.#stream.getTracks()) track.stop();
  }
}

/** Stands in for `JitsiMeetJS.createLocalTracks`. */
export async function createLocalTracks(_options: { devices: string[] }): Promise<[StandInTrack]> {
  return [new StandInTrack(await navigator.mediaDevices.getUserMedia({ video: true }))];
}

/** Stands in for `JitsiConference`. */
export class StandInConference {
  async addTrack(_track: StandInTrack): Promise<void> {}
}
