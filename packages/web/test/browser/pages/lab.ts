import * as web from '@elsewhere/web';
import { inspect, type Rgb } from './inspect.js';
import type { Truth } from './messages.js';
import { openCamera, paint, play, record, sentFromNow, until, wait } from './tracks.js';

/** The colour that people are put before. */
const GREEN: Rgb = [0, 177, 64];

/** Makes a virtual background with the assets of the test server; green, if nothing is said. */
function create(options: web.VirtualBackgroundOptions = {}): Promise<web.VirtualBackground> {
  const color = `rgb(${GREEN.join(' ')})`;
  return web.VirtualBackground.create({
    assets: '/assets/',
    background: { type: 'color', color },
    ...options,
  });
}

/** Where the person is in the clip `striped`, if it is played from 0. */
const STRIPED: Truth = { url: '/clips/striped.alpha', width: 640, height: 360 };

/** Gives bytes to the test: `TestServer.upload(name)`. */
async function upload(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await fetch(`/uploads/${name}`, { method: 'POST', body: bytes });
}

/** What tests in browsers work with: the package itself, and tracks to give to it and to look at. */
const lab = {
  web,
  create,
  GREEN,
  STRIPED,
  openCamera,
  paint,
  play,
  record,
  sentFromNow,
  inspect,
  until,
  wait,
  upload,
};

/** See {@link lab}. */
export type Lab = typeof lab;

Object.assign(globalThis, { lab });
