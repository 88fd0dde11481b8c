import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { silence } from '../../src/media/ffmpeg.js';
import { DeviceSink } from '../../src/virtual-camera/device-sink.js';
import { fileTarget, pipeTarget, Y4mSink } from '../../src/virtual-camera/y4m-sink.js';
import { CAMERA_LUMA, cameraFrame } from './fakes.js';

const SIZE = { width: 8, height: 4 };
const BYTES = (8 * 4 * 3) / 2;
const HEADER = 'YUV4MPEG2 W8 H4 F30:1 Ip A1:1 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=LIMITED\n';
const FRAME = `FRAME\n${String.fromCharCode(CAMERA_LUMA).repeat(32)}${String.fromCharCode(128).repeat(16)}`;

let folder: string;
const at = (name: string) => join(folder, name);
const text = (name: string) => readFileSync(at(name), 'latin1');

beforeAll(silence);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-sinks-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A frame whose rows have gaps, as those of FFmpeg and the engine have. */
function padded() {
  const frame = cameraFrame(SIZE);
  const planes = frame.planes.map(({ data, stride }) => {
    const wide = new Uint8Array(data.length * 2).fill(7);
    for (let row = 0; row * stride < data.length; row++)
      wide.set(data.subarray(row * stride, (row + 1) * stride), row * stride * 2);
    return { data: wide, stride: stride * 2 };
  });
  return { ...frame, planes };
}

describe('a y4m file', () => {
  it('has a header, and its frames without gaps', async () => {
    const sink = new Y4mSink(fileTarget(at('out.y4m')), SIZE, 30);
    sink.write(padded());
    await vi.waitFor(() => expect(sink.isReady).toBe(true));
    sink.repeat();
    await sink.close();
    expect(text('out.y4m')).toBe(`${HEADER}${FRAME}${FRAME}`);
  });

  it('that exists is not replaced', () => {
    writeFileSync(at('out.y4m'), 'old');
    expect(() => new Y4mSink(fileTarget(at('out.y4m')), SIZE, 30)).toThrow(/cannot be written/);
    expect(text('out.y4m')).toBe('old');
  });
});

describe('a named pipe', () => {
  const read = async (bytes: number, from: Awaited<ReturnType<typeof open>>) =>
    (await from.read(Buffer.alloc(bytes), 0, bytes)).buffer.toString('latin1').replace(/\0+$/, '');

  it('gives each reader a stream with a header, and waits for the next one', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const sink = new Y4mSink(pipeTarget(at('pipe')), SIZE, 30);
    expect([sink.isReady, sink.readers]).toEqual([false, 0]);
    for (const _reader of [1, 2]) {
      // Without O_NONBLOCK it would wait for the writer, which looks for it below.
      const opening = open(at('pipe'), 'r');
      await vi.waitFor(() => {
        sink.poll();
        expect(sink.readers).toBe(1);
      });
      const reader = await opening;
      sink.write(cameraFrame(SIZE));
      await vi.waitFor(() => expect(sink.isReady).toBe(true));
      expect(await read(1000, reader)).toBe(`${HEADER}${FRAME}`);
      await reader.close();
      sink.repeat();
      await vi.waitFor(() => expect(sink.readers).toBe(0));
    }
    await sink.close();
  });

  it('takes no frame while its reader is too slow', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const large = { width: 640, height: 360 };
    const sink = new Y4mSink(pipeTarget(at('pipe')), large, 30);
    const opening = open(at('pipe'), 'r');
    await vi.waitFor(() => {
      sink.poll();
      expect(sink.readers).toBe(1);
    });
    const reader = await opening;
    sink.write(cameraFrame(large));
    expect(sink.isReady).toBe(false);
    await sink.close();
    await reader.close();
  });
});

describe('a device', () => {
  it('gets its frames without gaps', async () => {
    const sink = new DeviceSink(at('device'), SIZE, { muxer: 'rawvideo' });
    sink.write(padded());
    sink.repeat();
    await sink.close();
    const frame = FRAME.replace('FRAME\n', '');
    expect(text('device')).toBe(`${frame}${frame}`);
    expect(frame).toHaveLength(BYTES);
  });

  it('that a reader holds to YUYV gets that', async () => {
    const sys = at('sys');
    mkdirSync(join(sys, 'class/video4linux/device'), { recursive: true });
    writeFileSync(join(sys, 'class/video4linux/device/format'), 'YUYV:8x4@30\n');
    const sink = new DeviceSink(at('device'), SIZE, { muxer: 'rawvideo', sys });
    const { planes, ...frame } = padded();
    const [luma, u, v] = planes.map(({ data, stride }) => ({ data: data.slice(), stride }));
    if (!luma || !u || !v) throw new Error('There are three planes.');
    // The second row of luma, the second row of chroma.
    luma.data[luma.stride] = 50;
    u.data[u.stride] = 60;
    v.data[v.stride + 3] = 70;
    sink.write({ ...frame, planes: [luma, u, v] });
    await sink.close();
    const pair = [CAMERA_LUMA, 128, CAMERA_LUMA, 128];
    const row = [...pair, ...pair, ...pair, ...pair];
    const expected = [...row, ...row, ...row, ...row];
    expected[16] = 50;
    for (const first of [32, 48]) {
      expected[first + 1] = 60;
      expected[first + 15] = 70;
    }
    expect([...readFileSync(at('device'))]).toEqual(expected);
  });

  it.each([
    ['/dev/video987', /There is no device \/dev\/video987\. Make one: .*video_nr=987/],
    ['/dev/null', /cannot be used as a virtual camera: .* It has to be a device of v4l2loopback/],
  ])('%s is refused by the muxer', (path, message) => {
    expect(() => new DeviceSink(path, SIZE)).toThrow(
      expect.objectContaining({
        code: 'VIRTUAL_CAMERA_UNAVAILABLE',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('that keeps another format is refused: frames would be torn', () => {
    const sys = at('sys');
    mkdirSync(join(sys, 'class/video4linux/device'), { recursive: true });
    const format = (value: string) => writeFileSync(join(sys, 'class/video4linux/device/format'), value);
    const openSink = () => new DeviceSink(at('device'), SIZE, { muxer: 'rawvideo', sys });
    format('YU12:8x4@30\n');
    void openSink().close();
    format('YUYV:640x480@30\n');
    expect(openSink).toThrow(/is fixed to 640x480 YUYV/);
    format('MJPG:8x4@30\n');
    expect(openSink).toThrow(/is fixed to 8x4 MJPG/);
    format('\n');
    const sink = openSink();
    format('YUYV:640x480@30\n');
    expect(() => sink.write(cameraFrame(SIZE))).toThrow(/is fixed to 640x480 YUYV/);
  });
});
