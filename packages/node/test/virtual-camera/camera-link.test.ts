import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CameraLink } from '../../src/virtual-camera/camera-link.js';
import { FakeCamera } from './fakes.js';

const SIZE = { width: 4, height: 4 };

let cameras: FakeCamera[];
let refusal: Error | undefined;
const open = vi.fn(async () => {
  if (refusal) throw refusal;
  const camera = new FakeCamera(SIZE);
  cameras.push(camera);
  return camera;
});

beforeEach(() => {
  cameras = [];
  refusal = undefined;
  open.mockClear();
});

/** Updates a link every 100 ms, as the loop does. Returns how many frames came. */
async function pass(link: CameraLink, from: number, to: number, isWanted = true): Promise<number> {
  let frames = 0;
  for (let now = from; now < to; now += 100) {
    link.update(isWanted, now);
    // Opening and closing take a turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    if (link.read(now)) frames++;
  }
  return frames;
}

describe('the link to a camera', () => {
  it('opens it when it is wanted, and closes it when it is not: its light is off', async () => {
    const link = new CameraLink(open);
    await pass(link, 0, 500, false);
    expect([open.mock.calls.length, link.state]).toEqual([0, 'off']);
    expect(await pass(link, 500, 1000)).toBe(5);
    expect([link.state, cameras[0]?.isOpen]).toEqual(['live', true]);
    expect(await pass(link, 1000, 1500, false)).toBe(0);
    expect([link.state, cameras[0]?.isOpen, open.mock.calls.length]).toEqual(['off', false, 1]);
  });

  it('is starting until the first frame', async () => {
    const link = new CameraLink(open);
    link.update(true, 0);
    expect(link.state).toBe('starting');
    await pass(link, 0, 200);
    expect(link.state).toBe('live');
  });

  it('tries a camera that cannot be opened once a second, and says why it cannot', async () => {
    refusal = new Error('The camera is in use.');
    const link = new CameraLink(open);
    await pass(link, 0, 5000);
    expect(open).toHaveBeenCalledTimes(5);
    expect([link.state, link.problem]).toEqual(['lost', 'The camera is in use.']);
    refusal = undefined;
    await pass(link, 5000, 5500);
    expect([link.state, link.problem]).toEqual(['live', undefined]);
  });

  it('opens a camera again that was unplugged and plugged in', async () => {
    const link = new CameraLink(open);
    await pass(link, 0, 500);
    (cameras[0] as FakeCamera).isLost = true;
    refusal = new Error('There is no camera.');
    await pass(link, 500, 3000);
    expect([link.state, link.problem, cameras[0]?.isOpen]).toEqual(['lost', 'There is no camera.', false]);
    refusal = undefined;
    await pass(link, 3000, 5000);
    expect([link.state, cameras.length, cameras[1]?.isOpen]).toEqual(['live', 2, true]);
  });

  it('opens a camera again that hangs', async () => {
    const link = new CameraLink(open);
    await pass(link, 0, 500);
    (cameras[0] as FakeCamera).isFrozen = true;
    await pass(link, 500, 2000);
    expect(link.state).toBe('lost');
    expect(cameras[0]?.isOpen).toBe(true);
    await pass(link, 2000, 8000);
    expect([link.state, cameras.length, cameras[0]?.isOpen]).toEqual(['live', 2, false]);
  });

  it('closes a camera that was being opened when it was not wanted any more', async () => {
    const link = new CameraLink(open);
    link.update(true, 0);
    await pass(link, 0, 300, false);
    expect(cameras.map(({ isOpen }) => isOpen)).toEqual([false]);
    const other = new CameraLink(open);
    other.update(true, 0);
    await other.close();
    expect(cameras.map(({ isOpen }) => isOpen)).toEqual([false, false]);
  });
});
