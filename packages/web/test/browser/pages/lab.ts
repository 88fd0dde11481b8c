import * as web from '@elsewhere/web';
import { inspect, yuvOf } from './inspect.js';
import { play, record, until, wait } from './tracks.js';

/** Asks for the camera. */
async function openCamera(constraints: MediaTrackConstraints = {}): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: constraints });
  const [track] = stream.getVideoTracks();
  if (!track) throw new Error('A stream without video');
  return track;
}

/** Gives bytes to the test: `TestServer.upload(name)`. */
async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await fetch(`/uploads/${name}`, { method: 'POST', body: bytes });
}

/** What tests in browsers work with: the package itself, and tracks to give to it and to look at. */
const lab = { web, openCamera, play, record, inspect, yuvOf, until, wait, upload };

/** See {@link lab}. */
export type Lab = typeof lab;

Object.assign(globalThis, { lab });
