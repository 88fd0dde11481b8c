import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silence } from '../../src/media/ffmpeg.js';
import { type Camera, cameraFormats, openCamera } from '../../src/virtual-camera/camera.js';
import { CAMERA_COLORS } from '../../src/virtual-camera/camera-frames.js';

const SIZE = { width: 64, height: 36, frameRate: 25 };

beforeAll(silence);

let camera: Camera | undefined;
afterEach(async () => {
  await camera?.close();
  camera = undefined;
});

/** The first frame of generated video. */
async function firstFrame(graph: string, wanted = SIZE) {
  camera = await openCamera({ type: 'lavfi', graph }, wanted);
  const frame = camera.read(0);
  if (!frame) throw new Error('There was no frame.');
  return frame;
}

/** All luma of a frame, without what lies between its rows. */
function lumaOf({ planes, width, height }: Awaited<ReturnType<typeof firstFrame>>): Set<number> {
  const [{ data, stride } = { data: new Uint8Array(), stride: 0 }] = planes;
  const rows = Array.from({ length: height }, (_, row) => data.subarray(row * stride, row * stride + width));
  return new Set(rows.flatMap((row) => [...row]));
}

describe('frames of a camera', () => {
  it.each(['yuv420p', 'nv12', 'yuyv422', 'yuvj420p', 'yuvj422p', 'rgb24', 'bgr0', 'gray'])(
    'of %s become 4:2:0 in limited range',
    async (format) => {
      const frame = await firstFrame(`color=white:size=64x36:rate=25,format=${format}`);
      expect(frame).toMatchObject({ width: 64, height: 36, colorSpace: CAMERA_COLORS, rotation: 0 });
      expect(frame.format).toBe(format === 'nv12' ? 'NV12' : 'I420');
      expect([...lumaOf(frame)]).toEqual([235]);
    },
  );

  it('of another shape lose their edges, and are not distorted', async () => {
    const graph = 'color=black:size=64x64:rate=25,drawbox=height=12:color=white:thickness=fill';
    expect([...lumaOf(await firstFrame(graph))]).toEqual([16]);
  });

  it('of another size are scaled', async () => {
    expect(await firstFrame('color=white:size=640x360:rate=25')).toMatchObject({ width: 64, height: 36 });
  });
});

describe('generated video', () => {
  it('comes at its own rate, and only the newest frame counts', async () => {
    camera = await openCamera({ type: 'lavfi', graph: 'color=white:size=64x36:rate=25' }, SIZE);
    const read = (now: number) => camera?.read(now) !== undefined;
    expect([read(1000), read(1010), read(1041), read(1042)]).toEqual([true, false, true, false]);
    expect(camera.nextAt).toBeCloseTo(1080, 3);
    expect([read(1500), read(1501)]).toEqual([true, false]);
  });

  it('says what it gives', async () => {
    const graph = 'color=white:size=320x180:rate=12.5';
    expect(await cameraFormats({ type: 'lavfi', graph })).toEqual([
      { width: 320, height: 180, frameRate: 12.5 },
    ]);
  });

  it('that ends is lost', async () => {
    camera = await openCamera({ type: 'lavfi', graph: 'color=white:size=64x36:rate=25:duration=0.08' }, SIZE);
    camera.read(0);
    expect(() => camera?.read(200)).toThrow(
      /^The connection to the generated video was lost: End of file\.$/,
    );
  });
});

describe('a camera that cannot be opened', () => {
  it.each([
    ['/dev/video987', 'There is no camera /dev/video987: plug it in, or choose another one.'],
    ['/dev/null', '/dev/null cannot be opened as a camera: Inappropriate ioctl for device.'],
  ])('%s', async (device, message) => {
    await expect(openCamera({ type: 'camera', device }, SIZE)).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message,
    });
    expect(await cameraFormats({ type: 'camera', device })).toEqual([]);
  });
});
