import { expect, it, vi } from 'vitest';
import { Readback } from '../../src/gpu/readback.js';
import { type Bench, describeOnGpu } from './support/device.js';

function send({ device }: Bench, readback: Readback<string>, from: GPUBuffer, note: string): boolean {
  const encoder = device.createCommandEncoder();
  const isSent = readback.encode(encoder, from, note);
  device.queue.submit([encoder.finish()]);
  readback.afterSubmit();
  return isSent;
}

/** Waits until everything in flight has arrived: results arrive in order. */
async function settle(bench: Bench): Promise<void> {
  let hasArrived = false;
  const last = new Readback<string>(bench.device, 4, () => {
    hasArrived = true;
  });
  send(bench, last, bench.buffer(Uint32Array.of(0)), 'last');
  await vi.waitFor(() => expect(hasArrived).toBe(true), { timeout: 30_000 });
  last.dispose();
}

describeOnGpu('reading back', (bench) => {
  it('delivers results in order, and drops those beyond its capacity', async () => {
    const taken: string[] = [];
    const readback = new Readback<string>(bench.device, 4, (result, note) => {
      taken.push(`${note}: ${new Uint32Array(result)[0]}`);
    });
    const sent = [10, 11, 12, 13, 14].map((value) =>
      send(bench, readback, bench.buffer(Uint32Array.of(value)), `${value} sent`),
    );
    expect(sent).toEqual([true, true, true, false, false]);
    expect(taken).toEqual([]);
    await settle(bench);
    expect(taken).toEqual(['10 sent: 10', '11 sent: 11', '12 sent: 12']);
    send(bench, readback, bench.buffer(Uint32Array.of(15)), 'later');
    await settle(bench);
    expect(taken[3]).toBe('later: 15');
  });

  it('ends without an error when it is disposed of meanwhile', async () => {
    const taken: ArrayBuffer[] = [];
    const readback = new Readback<string>(bench.device, 4, (result) => taken.push(result));
    send(bench, readback, bench.buffer(Uint32Array.of(1)), '');
    readback.dispose();
    await settle(bench);
    expect(taken).toEqual([]);
  });
});
