import type { PlanarFrame, PlanesMessage } from '@elsewhere/web/internal';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FromWorker, ToWorker } from '../../src/engine/planes.js';
import type { FromPlanes, ToPlanes } from '../../src/protocol.js';

/** The worker's end of a port; the test has the other one. */
class FakePort<In, Out> {
  readonly posted: Out[] = [];
  onmessage: ((event: { data: In }) => void) | undefined;
  isClosed = false;

  postMessage(message: Out): void {
    this.posted.push(message);
  }
  close(): void {
    this.isClosed = true;
  }
  say(data: In): void {
    this.onmessage?.({ data });
  }
  get port(): MessagePort {
    return this as unknown as MessagePort;
  }
}

let worker: { onmessage?: (event: { data: ToWorker }) => void; postMessage(message: FromWorker): void };
let reported: FromWorker[];
let page: FakePort<ToPlanes, FromPlanes>;

const frameOf = (timestamp: number): PlanarFrame => ({
  data: new ArrayBuffer(12),
  format: 'I420',
  width: 4,
  height: 2,
  timestamp,
  colorSpace: {},
  rotation: 0,
  flip: false,
});

const tell = (data: ToWorker) => worker.onmessage?.({ data });

/** An engine that processes the feed from now on. */
function connect(isPaused: boolean) {
  const source = new FakePort<PlanesMessage, PlanesMessage>();
  const output = new FakePort<PlanarFrame | null, never>();
  tell({ type: 'connect', id: 1, source: source.port, output: output.port, isPaused });
  return { source, output };
}

/** What the page has been sent, with the frames' timestamps. */
const sent = () =>
  page.posted.flatMap((message) =>
    message.type === 'alive'
      ? []
      : [message.type + ('frame' in message ? ` ${message.frame.timestamp}` : '')],
  );

beforeEach(async () => {
  vi.useFakeTimers();
  reported = [];
  worker = { postMessage: (message) => reported.push(message) };
  vi.stubGlobal('self', worker);
  vi.resetModules();
  await import('../../src/engine/planes.worker.js');
  page = new FakePort();
  tell({ type: 'open', id: 1, port: page.port });
});
afterEach(() => {
  page.say({ type: 'end' });
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('the first frame of an engine that shows the background alone becomes the fallback', () => {
  page.say({ type: 'frame', frame: frameOf(1) });
  const { source, output } = connect(true);
  expect(source.posted, 'the frame that waited').toMatchObject([{ type: 'frame', frame: { timestamp: 1 } }]);
  output.say(frameOf(1));
  output.say(frameOf(2));
  expect(sent()).toEqual(['fallback 1', 'frame 2']);
  expect(reported).toMatchObject([{ type: 'started', id: 1, shape: { width: 4, height: 2 } }]);
});

it('frames of an engine that has been replaced are not shown: they would be taken for the fallback', () => {
  const before = connect(false);
  const after = connect(true);
  before.output.say(frameOf(1));
  after.output.say(frameOf(2));
  expect(sent()).toEqual(['fallback 2']);
  expect(before.source.isClosed).toBe(true);
});

it('a processed frame says that the camera’s was taken, if it comes soon', () => {
  const { source, output } = connect(false);
  source.say({ type: 'taken' });
  vi.advanceTimersByTime(5);
  output.say(frameOf(1));
  vi.advanceTimersByTime(100);
  source.say({ type: 'taken' });
  vi.advanceTimersByTime(20);
  output.say(frameOf(2));
  expect(sent()).toEqual(['frame 1', 'taken', 'frame 2']);
  const frames = page.posted.filter((message) => message.type === 'frame');
  expect(frames.map(({ isTaken }) => isTaken)).toEqual([true, false]);
});

it('the fallback is made anew when the shape of the frames changes', () => {
  const { output } = connect(false);
  output.say(frameOf(1));
  output.say(frameOf(2));
  output.say({ ...frameOf(3), width: 2, data: new ArrayBuffer(6) });
  expect(reported.map((message) => message.type === 'shape' && message.shape.width)).toEqual([4, 2]);
});
