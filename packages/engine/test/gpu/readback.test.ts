import { expect, it } from 'vitest';
import { Readback } from '../../src/gpu/readback.js';
import { type Bench, describeOnGpu } from './support/device.js';

function send({ device }: Bench, readback: Readback, from: GPUBuffer, offset?: number): void {
  const encoder = device.createCommandEncoder();
  readback.encode(encoder, from, offset);
  device.queue.submit([encoder.finish()]);
  readback.afterSubmit();
}

/** Lets everything arrive that is on its way. */
async function settle({ device }: Bench): Promise<void> {
  await device.queue.onSubmittedWorkDone();
  await new Promise((resolve) => setTimeout(resolve, 20));
}

describeOnGpu('reading back', (bench) => {
  it('brings each result, in order, and leaves out what is too much at once', async () => {
    const taken: number[] = [];
    const readback = new Readback(bench.device, 4, (result) => taken.push(...new Uint32Array(result)));
    const values = bench.buffer(Uint32Array.of(10, 11, 12, 13, 14));
    for (const index of [0, 1, 2, 3, 4]) send(bench, readback, values, 4 * index);
    expect(taken).toEqual([]);
    await settle(bench);
    expect(taken).toEqual([10, 11, 12]);
    send(bench, readback, values, 16);
    await settle(bench);
    expect(taken).toEqual([10, 11, 12, 14]);
  });

  it('ends quietly when it is disposed of meanwhile', async () => {
    const taken: ArrayBuffer[] = [];
    const readback = new Readback(bench.device, 4, (result) => taken.push(result));
    send(bench, readback, bench.buffer(Uint32Array.of(1)));
    readback.dispose();
    await settle(bench);
    expect(taken).toEqual([]);
  });
});
