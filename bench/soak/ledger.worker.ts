/**
 * Runs before a worker's own script in a bundle for measuring, and records all frames that the script creates or receives.
 * Chromium also reports frames that were garbage-collected without being closed, but includes those that it loses itself
 * between a processor and the worker that reads the stream, before any script receives them.
 */

/** The frames of one worker. */
export interface Ledger {
  /** The number of frames that the script created or received. */
  readonly seen: number;
  /** The origins of frames that were garbage-collected without being closed. */
  readonly lost: readonly string[];
}

interface Entry {
  readonly origin: string;
  isClosed: boolean;
}

let seen = 0;
const lost: string[] = [];
const entries = new WeakMap<VideoFrame, Entry>();
const registry = new FinalizationRegistry<Entry>(({ isClosed, origin }) => {
  if (!isClosed) lost.push(origin);
});

function enter(value: unknown, origin: string): void {
  if (!(value instanceof VideoFrame) || entries.has(value)) return;
  const entry = { origin, isClosed: false };
  entries.set(value, entry);
  registry.register(value, entry);
  seen++;
}

function settle(value: unknown): void {
  const entry = value instanceof VideoFrame ? entries.get(value) : undefined;
  if (entry) entry.isClosed = true;
}

const { close } = VideoFrame.prototype;
VideoFrame.prototype.close = function () {
  settle(this);
  close.call(this);
};

globalThis.VideoFrame = new Proxy(VideoFrame, {
  construct(target, args) {
    const frame: VideoFrame = Reflect.construct(target, args);
    enter(frame, 'made');
    return frame;
  },
});

const { read } = ReadableStreamDefaultReader.prototype;
ReadableStreamDefaultReader.prototype.read = async function () {
  const result = await read.call(this);
  enter(result.value, 'read');
  return result;
};

const { write } = WritableStreamDefaultWriter.prototype;
WritableStreamDefaultWriter.prototype.write = async function (frame) {
  await write.call(this, frame);
  // The stream should have closed the frame; otherwise it is lost.
  if (frame instanceof VideoFrame && frame.format === null) settle(frame);
};

const { postMessage } = MessagePort.prototype;
MessagePort.prototype.postMessage = function (
  this: MessagePort,
  message: unknown,
  transfer: Transferable[] = [],
) {
  postMessage.call(this, message, { transfer });
  for (const each of transfer) settle(each);
} as typeof postMessage;

const handler = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
Object.defineProperty(MessagePort.prototype, 'onmessage', {
  ...handler,
  set(this: MessagePort, listener: (event: MessageEvent) => void) {
    handler?.set?.call(this, (event: MessageEvent) => {
      enter(event.data, 'posted');
      listener.call(this, event);
    });
  },
});

const channel = new BroadcastChannel('ledger');
channel.onmessage = ({ data }) => {
  if (data !== 'ask') return;
  (globalThis as unknown as { gc(): void }).gc();
  // The registry's callbacks run in tasks of their own.
  setTimeout(() => channel.postMessage({ seen, lost } satisfies Ledger), 100);
};
