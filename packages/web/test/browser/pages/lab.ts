import * as web from '@elsewhere/web';
import { inspect, type Rgb } from './inspect.js';
import { interleave } from './interleave.js';
import type { PlayerOptions, Truth } from './messages.js';
import {
  cleanUp,
  endAll,
  openCamera,
  type Player,
  paint,
  play,
  type Recording,
  type RecordOptions,
  record,
  sentFromNow,
  until,
  wait,
} from './tracks.js';

/** The colour that people are put before. */
const GREEN: Rgb = [0, 177, 64];

/** Makes a virtual background with the assets of the test server; green, if nothing is said. */
async function create(options: web.VirtualBackgroundOptions = {}): Promise<web.VirtualBackground> {
  const color = `rgb(${GREEN.join(' ')})`;
  const background = await web.VirtualBackground.create({
    assets: '/assets/',
    background: { type: 'color', color },
    ...options,
  });
  cleanUp(() => background.dispose());
  return background;
}

/** What a test may say of a track that shows a clip and is processed. */
interface Processing {
  readonly options?: web.VirtualBackgroundOptions;
  /** Default: the clip `striped`, each frame sent when the one before has come out. */
  readonly play?: Partial<PlayerOptions>;
  /** Default: with {@link GREEN} as the colour. */
  readonly record?: RecordOptions;
}

/** How long a frame may take, in milliseconds, before the next is sent without it: only frames that were dropped do. */
const FRAME_PATIENCE = 10_000;

/**
 * Plays a clip, processes it and looks at what comes out. The quality is not `auto`, if nothing is said: frames that wait for each
 * other come as fast as they are processed, which would look like overload.
 */
async function process({ options, play: playing, record: recording }: Processing = {}): Promise<{
  readonly background: web.VirtualBackground;
  readonly player: Player;
  readonly output: MediaStreamTrack;
  readonly outs: Recording;
}> {
  const background = await create({ quality: 'medium', ...options });
  const player = play({ url: '/clips/striped.y4m', patience: FRAME_PATIENCE, ...playing });
  const output = background.process(player.track);
  const outs = record(output, { color: GREEN, player, ...recording });
  return { background, player, output, outs };
}

/** Waits for the next statistics of a virtual background, which come about once a second until it has failed. */
async function statisticsOf(background: web.VirtualBackground): Promise<web.WebStatistics> {
  let isThere = false;
  const listener = () => {
    isThere = true;
  };
  background.addEventListener('statistics', listener, { once: true });
  await until(() => isThere || background.state === 'failed', undefined, 'statistics');
  if (!isThere) throw new Error('The virtual background has failed.');
  return background.statistics;
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
  process,
  statisticsOf,
  endAll,
  GREEN,
  STRIPED,
  openCamera,
  paint,
  play,
  record,
  sentFromNow,
  interleave,
  inspect,
  until,
  wait,
  upload,
};

/** See {@link lab}. */
export type Lab = typeof lab;

Object.assign(globalThis, { lab });
