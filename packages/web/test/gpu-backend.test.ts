import type { BackendChoice, ElsewhereError } from '@elsewhere/engine';
import { serializeError } from '@elsewhere/engine/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GpuBackend } from '../src/gpu/backend.js';
import type { FromGpu, ToGpu } from '../src/gpu/protocol.js';
import { FakeVideoFrame, fakeFrame } from './support/video-frames.js';

/** Replaces the GPU's worker: the test says when it answers. */
class FakeWorker {
  onmessage: ((event: { data: FromGpu }) => void) | undefined;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | undefined;
  readonly received: ToGpu[] = [];
  isOver = false;

  constructor() {
    workers.push(this);
  }

  postMessage(message: ToGpu): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isOver = true;
  }

  send(...messages: readonly FromGpu[]): void {
    for (const data of messages) if (!this.isOver) this.onmessage?.({ data });
  }

  /** Answers that the background that was sent last is shown. */
  show(): void {
    const id = this.received.reduce((last, each) => (each.type === 'background' ? each.id : last), 0);
    this.send({ type: 'shown', id });
  }

  /** How many frames have come; each is closed as it comes. */
  get frames(): number {
    return this.received.filter(({ type }) => type === 'frame').length;
  }

  /** What came of the frame that it was given last. */
  answer(took = 1): void {
    this.send(output(), done(took));
  }
}

const MILLISECONDS = { input: 1, segmentation: 2, matting: 3, background: 4, compositing: 5 };
let workers: FakeWorker[] = [];
let errors: ElsewhereError[];
let gpu: GpuBackend;

function output(): FromGpu {
  const frame = new FakeVideoFrame({ codedWidth: 8, codedHeight: 8 });
  return { type: 'output', output: frame as unknown as VideoFrame };
}

function done(took = 1): FromGpu {
  return { type: 'done', took, milliseconds: MILLISECONDS };
}

/** Lets pending promises settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

function make(choice: BackendChoice): GpuBackend {
  const made = new GpuBackend(choice, '/assets/');
  made.setOptions({ stage: 'composite' });
  made.onFailure = (error) => errors.push(error);
  return made;
}

/** Opens it, and lets it be ready. */
async function open(choice: BackendChoice): Promise<FakeWorker> {
  gpu = make(choice);
  gpu.open();
  const worker = current();
  worker.send({ type: 'ready' });
  worker.show();
  await settle();
  return worker;
}

function current(): FakeWorker {
  const worker = workers.at(-1);
  if (!worker) throw new Error('There is no worker.');
  return worker;
}

/** Sends a frame that the caller closes, as the session does. */
async function send(init: { readonly rotation?: number; readonly flip?: boolean } = {}): Promise<boolean> {
  const frame = fakeFrame({ codedWidth: 8, codedHeight: 8, ...init });
  const result = await gpu.process(frame);
  frame.close();
  result?.close();
  return result !== undefined;
}

beforeEach(() => {
  workers = [];
  errors = [];
  vi.stubGlobal('VideoFrame', FakeVideoFrame);
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('navigator', { gpu: {} });
});
afterEach(() => {
  gpu.dispose();
  // Those that went to the worker are its own.
  for (const worker of workers) {
    for (const message of worker.received) if (message.type === 'frame') message.frame.close();
  }
  expect(FakeVideoFrame.open.size, 'every frame is closed').toBe(0);
  vi.unstubAllGlobals();
});

describe('opening', () => {
  it('does not happen where the CPU is wanted', () => {
    gpu = make('cpu');
    gpu.open();
    expect(workers).toEqual([]);
    expect(gpu.backend).toBe('cpu');
  });

  it('does not happen with auto in a browser without WebGPU', () => {
    vi.stubGlobal('navigator', {});
    gpu = make('auto');
    gpu.open();
    expect(workers).toEqual([]);
  });

  it('happens once; frames are processed on the CPU until it is ready and shows the background', async () => {
    gpu = make('gpu');
    gpu.open();
    gpu.open();
    expect(workers.length).toBe(1);
    expect(await send()).toBe(false);
    current().send({ type: 'ready' });
    await settle();
    expect(gpu.backend).toBe('gpu');
    expect(await send()).toBe(false);
    current().show();
    const sent = send();
    current().answer();
    expect(await sent).toBe(true);
  });

  it.each([
    ['gpu', ['GPU_UNAVAILABLE']],
    ['auto', []],
  ] as const)('that fails is reported where the GPU is wanted: %s', async (choice, codes) => {
    gpu = make(choice);
    gpu.open();
    current().send({ type: 'failed', error: serializeError(new Error('There is none.')) });
    expect(errors.map(({ code }) => code)).toEqual(codes);
    expect(current().isOver).toBe(true);
    expect(await send()).toBe(false);
  });

  it("without its script is reported, and is no error of the engine's worker", () => {
    gpu = make('gpu');
    gpu.open();
    const preventDefault = vi.fn();
    current().onerror?.({ preventDefault });
    expect(preventDefault).toHaveBeenCalled();
    expect(errors[0]).toMatchObject({ code: 'GPU_UNAVAILABLE' });
    expect(errors[0]?.message).toContain('cannot be loaded');
  });

  it('where workers have no workers is reported', async () => {
    vi.stubGlobal('Worker', undefined);
    gpu = make('gpu');
    gpu.open();
    await settle();
    expect(errors.map(({ code }) => code)).toEqual(['GPU_UNAVAILABLE']);
  });
});

describe('a frame', () => {
  it('that is rotated or mirrored is one for the CPU, and so is each with another stage', async () => {
    await open('gpu');
    expect(await send({ rotation: 90 })).toBe(false);
    expect(await send({ flip: true })).toBe(false);
    gpu.setOptions({ stage: 'steps' });
    expect(await send()).toBe(false);
    expect(current().frames).toBe(0);
  });

  it('whose background is changed meanwhile does not come out', async () => {
    const worker = await open('gpu');
    const sent = send();
    gpu.setBackground({ type: 'color', color: 'red' });
    worker.answer();
    expect(await sent).toBe(false);
    // Nor is another sent before the new one is shown.
    expect(await send()).toBe(false);
    worker.show();
    const next = send();
    worker.answer();
    expect(await next).toBe(true);
  });

  it('does not take the end of one that did not come out for its own', async () => {
    const worker = await open('gpu');
    const first = send();
    gpu.setBackground({ type: 'color', color: 'red' });
    worker.send(output());
    expect(await first).toBe(false);
    worker.show();
    // The first one is still being computed: this one does not wait for it.
    expect(await send()).toBe(false);
    worker.send(done());
    const third = send();
    worker.answer();
    expect(await third).toBe(true);
  });

  it('is finished when it is computed completely', async () => {
    const worker = await open('gpu');
    const sent = send();
    worker.send(output());
    expect(await sent).toBe(true);
    const end = vi.fn();
    void gpu.finished().then(end);
    await settle();
    expect(end).not.toHaveBeenCalled();
    worker.send(done());
    await settle();
    expect(end).toHaveBeenCalled();
    expect(gpu.milliseconds).toEqual(MILLISECONDS);
  });
});

describe('a fault', () => {
  const faults: readonly (readonly [string, (worker: FakeWorker) => void])[] = [
    [
      'that is reported',
      (worker) => worker.send({ type: 'failed', error: serializeError(new Error('It is lost.')) }),
    ],
    ['that is not caught', (worker) => worker.onerror?.({ message: 'A crash', preventDefault: () => {} })],
    ['that hangs', () => gpu.failHanging()],
  ];

  it.each(faults)('%s: the frame is one for the CPU, and so are all that follow', async (_, happen) => {
    const worker = await open('gpu');
    const sent = send();
    happen(worker);
    happen(worker);
    expect(await sent).toBe(false);
    await gpu.finished();
    expect(worker.isOver).toBe(true);
    expect(errors.map(({ code }) => code)).toEqual(['GPU_FAILED']);
    expect(errors[0]?.message).toMatch(/^\S.*\. Frames are processed on the CPU\.$/);
    expect(gpu.backend).toBe('cpu');
    expect(await send()).toBe(false);
  });

  it.each(faults)('%s after the output has arrived: the frame is finished', async (_, happen) => {
    const worker = await open('gpu');
    const sent = send();
    worker.send(output());
    expect(await sent).toBe(true);
    const end = gpu.finished();
    happen(worker);
    await end;
    expect(gpu.backend).toBe('cpu');
  });
});

describe('a trial', () => {
  async function trial(cpu: number, onGpu: number): Promise<number> {
    const worker = await open('auto');
    let frames = 0;
    while (gpu.wantsTrial) {
      const trying = gpu.try(
        new FakeVideoFrame({ codedWidth: 8, codedHeight: 8 }) as unknown as VideoFrame,
        cpu,
      );
      worker.answer(onGpu);
      await trying;
      frames++;
    }
    return frames;
  }

  it('selects the GPU where it is cheaper', async () => {
    expect(await trial(10, 2)).toBeLessThan(20);
    expect(gpu.backend).toBe('gpu');
    expect(current().isOver).toBe(false);
  });

  it('ends without an error where the CPU is cheaper', async () => {
    expect(await trial(10, 12)).toBeLessThan(20);
    expect(gpu.backend).toBe('cpu');
    expect(current().isOver).toBe(true);
    expect(errors).toEqual([]);
  });

  it('waits for the background, and for the frame in flight', async () => {
    const worker = await open('auto');
    gpu.setBackground({ type: 'color', color: 'red' });
    expect(gpu.wantsTrial).toBe(false);
    worker.show();
    expect(gpu.wantsTrial).toBe(true);
    const trying = gpu.try(new FakeVideoFrame({ codedWidth: 8, codedHeight: 8 }) as unknown as VideoFrame, 1);
    expect(gpu.wantsTrial).toBe(false);
    worker.answer();
    await trying;
    expect(gpu.wantsTrial).toBe(true);
  });

  it('that has ended meanwhile closes the frame', async () => {
    await open('auto');
    const copy = new FakeVideoFrame({ codedWidth: 8, codedHeight: 8 }) as unknown as VideoFrame;
    gpu.failHanging();
    await gpu.try(copy, 1);
  });
});
