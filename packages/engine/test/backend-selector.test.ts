import { beforeEach, describe, expect, it, vi } from 'vitest';
import { BackendSelector } from '../src/backend/backend-selector.js';
import type { BackendChoice } from '../src/backend/backend-trial.js';

/** A GPU backend without work of its own; each test says which time is measured. */
class FakeGpu {
  isDisposed = false;
  dispose(): void {
    this.isDisposed = true;
  }
}

const onFailure = vi.fn();
let gpu: FakeGpu;

beforeEach(() => {
  onFailure.mockClear();
  gpu = new FakeGpu();
});

async function opened(choice: BackendChoice): Promise<BackendSelector<FakeGpu>> {
  const selector = new BackendSelector({ choice, open: async () => gpu, onFailure });
  await selector.open();
  return selector;
}

/** Runs the trial until a backend is selected. Returns the number of frames it took. */
async function trial(selector: BackendSelector<FakeGpu>, cpu: number, onGpu: number): Promise<number> {
  for (let i = 0; i < 20; i++) selector.addCpuTime(cpu);
  let frames = 0;
  while (selector.candidate && frames < 100) {
    frames++;
    selector.addCpuTime(cpu);
    await selector.try(async () => onGpu);
  }
  return frames;
}

describe('opening', () => {
  it('opens the GPU once, and never when the choice is cpu', async () => {
    const open = vi.fn(async () => gpu);
    const fixed = new BackendSelector({ choice: 'cpu', open, onFailure });
    expect(fixed.isWaiting).toBe(false);
    await fixed.open();
    expect(open).not.toHaveBeenCalled();
    const selector = new BackendSelector({ choice: 'gpu', open, onFailure });
    expect([selector.isWaiting, selector.backend]).toEqual([true, 'cpu']);
    const opening = selector.open();
    expect([selector.isWaiting, selector.isOpening, selector.backend]).toEqual([false, true, 'cpu']);
    await selector.open();
    await opening;
    expect(open).toHaveBeenCalledTimes(1);
    expect(selector.isOpening).toBe(false);
  });

  it('selects the GPU when the choice is gpu, and makes it a candidate when the choice is auto', async () => {
    const fixed = await opened('gpu');
    expect([fixed.backend, fixed.selected, fixed.candidate]).toEqual(['gpu', gpu, undefined]);
    const free = await opened('auto');
    expect([free.backend, free.selected, free.candidate]).toEqual(['cpu', undefined, gpu]);
  });

  it('stays on the CPU without a failure when there is no GPU', async () => {
    const selector = new BackendSelector<FakeGpu>({ choice: 'auto', open: async () => undefined, onFailure });
    await selector.open();
    expect([selector.backend, selector.candidate]).toEqual(['cpu', undefined]);
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('reports a failure of kind opening when open() rejects', async () => {
    const error = new Error('There is no GPU.');
    const open = () => Promise.reject(error);
    const selector = new BackendSelector<FakeGpu>({ choice: 'gpu', open, onFailure });
    await selector.open();
    expect(onFailure.mock.calls).toEqual([[error, 'opening']]);
    expect(selector.backend).toBe('cpu');
  });

  it('disposes of the backend when it opens after dispose()', async () => {
    let finish = (_: FakeGpu) => {};
    let wasAborted = false;
    const selector = new BackendSelector<FakeGpu>({
      choice: 'gpu',
      open: (signal) => {
        signal.addEventListener('abort', () => {
          wasAborted = true;
        });
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      onFailure,
    });
    const opening = selector.open();
    selector.dispose();
    expect(wasAborted).toBe(true);
    finish(gpu);
    await opening;
    expect([gpu.isDisposed, selector.backend]).toEqual([true, 'cpu']);
    expect(onFailure).not.toHaveBeenCalled();
  });
});

describe('a trial', () => {
  it('selects the GPU when it is cheaper', async () => {
    const selector = await opened('auto');
    expect(await trial(selector, 10, 2)).toBeLessThan(20);
    expect([selector.backend, selector.selected, gpu.isDisposed]).toEqual(['gpu', gpu, false]);
  });

  it('closes the GPU when it is more expensive, and earlier when it is much more expensive', async () => {
    const close = await opened('auto');
    const frames = await trial(close, 10, 11);
    expect([close.backend, gpu.isDisposed]).toEqual(['cpu', true]);
    expect(await trial(await opened('auto'), 10, 100)).toBeLessThan(frames);
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('does nothing before the GPU is open, or after the decision', async () => {
    const selector = new BackendSelector({ choice: 'auto', open: async () => gpu, onFailure });
    const work = vi.fn(async () => 1);
    await selector.try(work);
    await selector.open();
    await trial(selector, 10, 2);
    await selector.try(work);
    expect(work).not.toHaveBeenCalled();
  });

  it('closes the GPU when a trial frame fails', async () => {
    const selector = await opened('auto');
    const error = new Error('The GPU is lost.');
    await selector.try(() => Promise.reject(error));
    expect(onFailure.mock.calls).toEqual([[error, 'trying']]);
    expect([selector.backend, selector.candidate, gpu.isDisposed]).toEqual(['cpu', undefined, true]);
  });
});

describe('a frame', () => {
  it('is processed on the GPU only when the GPU is selected', async () => {
    const work = vi.fn(async () => 'picture');
    expect(await (await opened('auto')).process(work)).toBeUndefined();
    expect(work).not.toHaveBeenCalled();
    const selector = await opened('gpu');
    expect(await selector.process(work)).toBe('picture');
    expect(await selector.process(async () => undefined), 'left to the CPU').toBeUndefined();
    expect(selector.backend).toBe('gpu');
  });

  it('is left to the CPU when the GPU fails, as are all later frames', async () => {
    const selector = await opened('gpu');
    const error = new Error('The GPU is lost.');
    expect(await selector.process(() => Promise.reject(error))).toBeUndefined();
    expect(onFailure.mock.calls).toEqual([[error, 'selected']]);
    expect([selector.backend, gpu.isDisposed]).toEqual(['cpu', true]);
    const work = vi.fn(async () => 'picture');
    expect(await selector.process(work)).toBeUndefined();
    expect(work).not.toHaveBeenCalled();
  });

  it('reports a failure between two frames once', async () => {
    const selector = await opened('gpu');
    selector.fail(new Error('The device was lost.'));
    selector.fail(new Error('The worker was closed.'));
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect([selector.backend, gpu.isDisposed]).toEqual(['cpu', true]);
    const disposed = await opened('gpu');
    disposed.dispose();
    disposed.fail(new Error('The worker was closed.'));
    expect(onFailure).toHaveBeenCalledTimes(1);
  });
});
