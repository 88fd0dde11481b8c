import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { ASSETS, LabPage, makeKeyedAssets, startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What becomes of tracks in Chromium: times, sizes, formats, and all that can happen to them. */
let server: TestServer;
let chromium: Chromium;
const shared = new LabPage(() => chromium.open<Lab>(server.origin));
let page: ChromiumPage<Lab>;

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  await makeClip(inject('folder'), 'striped-small');
  server = await startLab({ folders: { '/assets/': await makeKeyedAssets(), '/real/': ASSETS } });
  chromium = await Chromium.launch({
    path: required(inject('browsers').chromium, 'Chromium'),
    args: ['--use-fake-device-for-media-stream=device-count=2'],
  });
});
afterAll(async () => {
  await shared.close();
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await shared.get();
});
afterEach(({ task }) => shared.release(task.result?.state === 'fail'));

/** Frames that came out are in the order of time, and none comes twice. */
function expectRising(frames: readonly Seen[]): void {
  const timestamps = frames.map(({ timestamp }) => timestamp);
  expect(timestamps).toEqual([...new Set(timestamps)].sort((a, b) => a - b));
}

/** The person before the chosen colour, and nothing of the camera background. */
function expectProcessed(frame: Seen): void {
  expect(frame.plain).toBeGreaterThan(0.3);
  expect(frame.plain).toBeLessThan(0.9);
  expect(frame.cameraBackground).toBeLessThan(0.03);
}

/** The chosen colour and nothing else. */
function expectPlaceholder(frame: Seen): void {
  expect(frame.plain).toBe(1);
}

describe('times', () => {
  it('timestamps are the input’s, rising; each frame comes out', async () => {
    const { frames, sent } = await page.run(async (lab) => {
      const { background, player, outs } = await lab.process({ play: { start: 7_000_000 } });
      await lab.until(() => background.state === 'running');
      const frames = await outs.next(60);
      return { frames, sent: player.sent.map(({ timestamp }) => timestamp) };
    });
    expectRising(frames);
    const [first, last] = [frames[0]?.timestamp ?? 0, frames.at(-1)?.timestamp ?? 0];
    const between = sent.filter((timestamp) => timestamp >= first && timestamp <= last);
    expect(frames.map(({ timestamp }) => timestamp)).toEqual(between);
    for (const frame of frames) expectProcessed(frame);
  });

  it('the statistics count frames and time them', async () => {
    const statistics = await page.run(async (lab) => {
      const { background } = await lab.process();
      // The frame rate is measured once a second.
      await lab.until(() => {
        const { framesOut, framesPerSecond } = background.statistics;
        return framesOut >= 60 && framesPerSecond > 0;
      });
      return background.statistics;
    });
    expect(statistics.strategy).toBe('window-streams');
    expect(statistics.framesIn).toBeGreaterThanOrEqual(60);
    expect(statistics.framesOut).toBeGreaterThanOrEqual(60);
    expect(statistics.dropped).toBe(0);
    expect(statistics.framesOut + statistics.placeholders).toBeLessThanOrEqual(statistics.framesIn);
    expect(statistics.framesPerSecond).toBeGreaterThan(0);
    expect(statistics.latency).toBeGreaterThan(0);
    for (const milliseconds of Object.values(statistics.milliseconds)) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('maxFrameRate leaves frames out', async () => {
    const frames = await page.run(async (lab) => {
      const { outs } = await lab.process({ options: { maxFrameRate: 10 }, play: { patience: 15 } });
      return outs.next(21);
    });
    const rate = 20e6 / ((frames.at(-1)?.timestamp ?? 0) - (frames[0]?.timestamp ?? 0));
    expect(rate).toBeLessThan(10.6);
  });
});

describe('sizes and formats', () => {
  it.each(['I420', 'NV12', 'RGBA', 'BGRA', 'I420A'] as const)('%s comes out as planes', async (format) => {
    const frames = await page.run(async (lab, format) => {
      const { background, outs } = await lab.process({ play: { format } });
      await lab.until(() => background.state === 'running');
      return outs.next(10);
    }, format);
    expect(frames).toHaveLength(10);
    for (const frame of frames) {
      expect(frame.format).toBe('I420');
      expect([frame.width, frame.height]).toEqual([640, 360]);
      expectProcessed(frame);
    }
  });

  it.each([
    { rotation: 90, flip: false },
    { rotation: 180, flip: false },
    { rotation: 270, flip: true },
    { rotation: 0, flip: true },
  ] as const)(
    'frames with $rotation degrees of rotation, mirrored: $flip, come out upright',
    async (play) => {
      const frames = await page.run(async (lab, play) => {
        const { background, outs } = await lab.process({ play });
        await lab.until(() => background.state === 'running');
        return outs.next(5);
      }, play);
      for (const frame of frames) {
        expect([frame.width, frame.height]).toEqual([640, 360]);
        expectProcessed(frame);
      }
    },
  );

  it('a visible part with odd sides, and a change of size under way', async () => {
    const frames = await page.run(async (lab) => {
      const { player, outs } = await lab.process({
        play: { crop: { x: 2, y: 2, width: 621, height: 351 } },
      });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 621).length >= 5);
      player.change({ url: '/clips/striped-small.y4m', crop: { x: 0, y: 0, width: 320, height: 240 } });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 320).length >= 10);
      player.change({ url: '/clips/striped.y4m', crop: { x: 0, y: 0, width: 640, height: 360 } });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 640).length >= 10);
      return outs.frames;
    });
    expectRising(frames);
    for (const frame of frames) expect(frame.cameraBackground).toBeLessThan(0.03);
    expect(new Set(frames.map(({ width, height }) => `${width}x${height}`))).toEqual(
      new Set(['621x351', '320x240', '640x360']),
    );
  });

  it('maxSize scales frames down and keeps their shape', async () => {
    const frames = await page.run(async (lab) => {
      const { background, outs } = await lab.process({ options: { maxSize: { width: 320, height: 320 } } });
      await lab.until(() => background.state === 'running');
      return outs.next(5);
    });
    for (const frame of frames) {
      expect([frame.width, frame.height]).toEqual([320, 180]);
      expectProcessed(frame);
    }
  });
});

describe('options and methods', () => {
  it('each background shows, and none but `none` shows the camera background', async () => {
    const seen = await page.run(async (lab) => {
      const { background, player, outs } = await lab.process();
      await lab.until(() => background.state === 'running');
      const picture = new ImageData(64, 36);
      for (let i = 0; i < picture.data.length; i += 4) picture.data.set([0, 177, 64, 255], i);
      const results: Record<string, readonly Seen[]> = {};
      const show = async (name: string, choice: Parameters<typeof background.setBackground>[0]) => {
        await background.setBackground(choice);
        results[name] = await lab.sentFromNow(player, outs, 6);
      };
      await show('image', { type: 'image', source: picture });
      await show('blur', { type: 'blur' });
      await show('bokeh', { type: 'bokeh' });
      await show('transparent', { type: 'transparent' });
      await show('none', { type: 'none' });
      await show('color', { type: 'color', color: 'rgb(0 177 64)' });
      return results;
    });
    expect(Object.values(seen).map(({ length }) => length)).toEqual([6, 6, 6, 6, 6, 6]);
    for (const frame of seen['image'] ?? []) expectProcessed(frame);
    for (const frame of seen['color'] ?? []) expectProcessed(frame);
    for (const frame of [...(seen['blur'] ?? []), ...(seen['bokeh'] ?? [])]) {
      expect(frame.cameraBackground).toBeGreaterThan(0.3);
      expect(frame.stripes).toBeLessThan(0.02);
    }
    for (const frame of seen['none'] ?? []) expect(frame.stripes).toBeGreaterThan(0.3);
    for (const frame of seen['transparent'] ?? []) {
      expect(frame.format).toBe('I420A');
      expect(frame.cameraBackground).toBeLessThan(0.03);
    }
  });

  it('pause shows the placeholder, resume the person', async () => {
    const { paused, resumed, states } = await page.run(async (lab) => {
      const { background, player, outs } = await lab.process();
      const states: string[] = [];
      background.addEventListener('statechange', ({ state }) => states.push(state));
      await lab.until(() => background.state === 'running');
      background.pause();
      const paused = await lab.sentFromNow(player, outs, 5);
      background.resume();
      const resumed = await lab.sentFromNow(player, outs, 5);
      return { paused, resumed, states };
    });
    for (const frame of paused) expectPlaceholder(frame);
    for (const frame of resumed) expectProcessed(frame);
    expect(states).toEqual(['running', 'paused', 'running']);
  });

  it('mirror swaps left and right of the person, not of the background', async () => {
    const [plain, mirrored] = await page.run(async (lab) => {
      const means: number[][] = [];
      for (const mirror of [false, true]) {
        const { outs } = await lab.process({ options: { mirror }, record: { keep: true } });
        // The clip's first frames are one still image, which is the same for both.
        await outs.until(({ kept }) => kept.length > 20);
        const { planes = new Uint8Array() } = outs.kept.at(20) ?? {};
        means.push(
          Array.from({ length: 640 }, (_, x) => {
            let sum = 0;
            for (let y = 0; y < 360; y++) sum += planes[y * 640 + x] ?? 0;
            return sum / 360;
          }),
        );
      }
      return means;
    });
    const distance = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
    const turned = [...(mirrored ?? [])].reverse();
    expect(distance(plain ?? [], turned)).toBeLessThan(0.7 * distance(plain ?? [], mirrored ?? []));
  });

  it('several tracks at once, each its own', async () => {
    const { first, second, rest } = await page.run(async (lab) => {
      const { background, player, outs: one } = await lab.process();
      const small = lab.play({ url: '/clips/striped-small.y4m', start: 3e12, patience: 10_000 });
      const other = lab.record(background.process(small.track), { color: lab.GREEN, player: small });
      const [first, second] = await Promise.all([one.next(15), other.next(15)]);
      player.end();
      await one.until(({ ended }) => ended);
      return { first, second, rest: await other.next(10) };
    });
    for (const frame of first) expect([frame.width, frame.cameraBackground < 0.03]).toEqual([640, true]);
    for (const frame of [...second, ...rest])
      expect([frame.width, frame.cameraBackground < 0.03]).toEqual([320, true]);
    expect(Math.min(...second.map(({ timestamp }) => timestamp))).toBeGreaterThanOrEqual(3e12);
  });

  it('the audio beside it is left alone', async () => {
    const audio = await page.run(async (lab) => {
      const background = await lab.create();
      const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
      const [camera] = stream.getVideoTracks();
      const [microphone] = stream.getAudioTracks();
      if (!camera || !microphone) throw new Error('No tracks');
      const out = new MediaStream([background.process(camera), microphone]);
      const outs = lab.record(background.process(camera));
      await outs.next(5);
      const before = [
        microphone.readyState,
        microphone.enabled,
        microphone.muted,
        out.getAudioTracks().length,
      ];
      background.dispose();
      const after = [microphone.readyState, camera.readyState];
      outs.stop();
      for (const track of stream.getTracks()) track.stop();
      return { before, after };
    });
    expect(audio).toEqual({ before: ['live', true, false, 1], after: ['live', 'live'] });
  });

  it('each quality comes out processed, and is what the statistics say', async () => {
    const seen = await page.run(async (lab) => {
      const { background, player, outs } = await lab.process({
        options: { assets: '/real/' },
        record: { truth: lab.STRIPED },
      });
      await lab.until(() => background.state === 'running');
      const results: { asked: string; quality: string; frames: readonly Seen[] }[] = [];
      for (const quality of ['highest', 'medium', 'low', 'lowest'] as const) {
        background.setOptions({ quality });
        const frames = await lab.sentFromNow(player, outs, 5);
        await lab.until(() => background.statistics.quality === quality);
        results.push({ asked: quality, quality: background.statistics.quality, frames });
      }
      return results;
    });
    for (const { asked, quality, frames } of seen) {
      expect(quality).toBe(asked);
      for (const frame of frames) {
        expectProcessed(frame);
        expect(frame.leak, quality).toBeLessThan(SPECKS);
      }
    }
  });

  it('options that are out of range are refused, and nothing changes', async () => {
    const codes = await page.run(async (lab) => {
      const background = await lab.create();
      const code = (work: () => unknown) => {
        try {
          work();
          return 'nothing';
        } catch (error) {
          return (error as { code?: string }).code;
        }
      };
      const options = [
        { lightWrap: 2 },
        { maxFrameRate: 0 },
        { maxSize: { width: 1, height: 720 } },
        { quality: 'superb' as 'highest' },
      ];
      return [
        ...options.map((option) => code(() => background.setOptions(option))),
        code(() => background.process(new MediaStream() as unknown as MediaStreamTrack)),
        await background.setBackground({ type: 'color', color: 'no colour' }).catch((error) => error.code),
        await background
          .setBackground({ type: 'image', source: '/nowhere.jpg' })
          .catch((error) => error.code),
        JSON.stringify(background.background),
      ];
    });
    expect(codes).toEqual([
      'OPTION_INVALID',
      'OPTION_INVALID',
      'OPTION_INVALID',
      'OPTION_INVALID',
      'TRACK_INVALID',
      'BACKGROUND_INVALID',
      'BACKGROUND_UNREADABLE',
      JSON.stringify({ type: 'color', color: 'rgb(0 177 64)' }),
    ]);
  });

  it('a camera that is switched off shows nobody; switched on again, the person', async () => {
    const { off, on } = await page.run(async (lab) => {
      // With the real networks: the keyer takes all that is not magenta for the person, black frames, too.
      const { background, player, outs } = await lab.process({ options: { assets: '/real/' } });
      await lab.until(() => background.state === 'running');
      player.track.enabled = false;
      const off = await lab.sentFromNow(player, outs, 5);
      player.track.enabled = true;
      await outs.until(({ frames }) => (frames.at(-1)?.plain ?? 1) < 0.9);
      const on = await outs.next(5);
      return { off, on };
    });
    for (const frame of off) expect(frame.plain).toBeGreaterThan(0.95);
    for (const frame of on) expectProcessed(frame);
  });

  it('a camera that gives nothing for a while goes on afterwards', async () => {
    const { paused, after, state } = await page.run(async (lab) => {
      const { background, player, outs } = await lab.process({ record: { truth: lab.STRIPED } });
      await lab.until(() => background.state === 'running');
      player.pause(true);
      await outs.until(({ frames }) => frames.at(-1)?.timestamp === player.sent.at(-1)?.timestamp);
      const from = outs.frames.length;
      for (let i = 0; i < 3; i++) await lab.statisticsOf(background);
      const paused = outs.frames.length - from;
      const { state } = background;
      player.pause(false);
      const after = await outs.next(5);
      return { paused, after, state };
    });
    expect(paused).toBe(0);
    expect(state).toBe('running');
    for (const frame of after) {
      expectProcessed(frame);
      expect(frame.leak).toBeLessThan(SPECKS);
    }
  });
});

describe('the camera', () => {
  it('constraints on the source change what comes out, constraints on the output do not', async () => {
    const sizes = await page.run(async (lab) => {
      const background = await lab.create();
      const camera = await lab.openCamera({ width: 640, height: 480 });
      const output = background.process(camera);
      const outs = lab.record(output);
      const size = async () => {
        const frame = (await outs.next(3)).at(-1);
        return [frame?.width, frame?.height];
      };
      const before = await size();
      await output.applyConstraints({ width: 160, height: 120 }).catch(() => undefined);
      const same = await size();
      await camera.applyConstraints({ width: 320, height: 240 });
      await outs.until(({ frames }) => frames.at(-1)?.width === 320);
      const after = await size();
      camera.stop();
      return { before, same, after };
    });
    expect(sizes).toEqual({ before: [640, 480], same: [640, 480], after: [320, 240] });
  });

  it('another one replaces it: the new output begins with a processed frame', async () => {
    const result = await page.run(async (lab) => {
      const devices = (await navigator.mediaDevices.enumerateDevices()).filter(
        ({ kind }) => kind === 'videoinput',
      );
      const background = await lab.create();
      const outputs: { readyState: string; frames: number; placeholders: number }[] = [];
      for (const { deviceId } of devices) {
        const camera = await lab.openCamera({ deviceId: { exact: deviceId } });
        const output = background.process(camera);
        const frames = await lab.record(output).next(3);
        camera.stop();
        await lab.until(() => output.readyState === 'ended');
        const { placeholders } = background.statistics;
        outputs.push({ readyState: output.readyState, frames: frames.length, placeholders });
      }
      return outputs;
    });
    expect(result).toEqual(
      Array.from({ length: 2 }, () => ({ readyState: 'ended', frames: 3, placeholders: 0 })),
    );
  });
});

describe('the end', () => {
  it('when the camera is unplugged, the output ends and says so', async () => {
    const result = await page.run(async (lab) => {
      const { background, player, output, outs } = await lab.process();
      let hasFired = false;
      output.addEventListener('ended', () => {
        hasFired = true;
      });
      await outs.next(5);
      player.end();
      await lab.until(() => output.readyState === 'ended' && hasFired);
      const again = lab.play({ url: '/clips/striped.y4m' });
      const more = await lab.record(background.process(again.track), { color: lab.GREEN }).next(5);
      return { hasFired, more: more.length };
    });
    expect(result).toEqual({ hasFired: true, more: 5 });
  });

  it('when the caller stops the source, the output ends; when they stop the output, the source goes on', async () => {
    const result = await page.run(async (lab) => {
      const background = await lab.create();
      const first = await lab.openCamera();
      const output = background.process(first);
      await lab.record(output).next(3);
      first.stop();
      await lab.until(() => output.readyState === 'ended');
      const second = await lab.openCamera();
      const stopped = background.process(second);
      // Another one, without frames: there are no statistics without any output.
      const idle = lab.play({ url: '/clips/striped.y4m' });
      idle.pause(true);
      background.process(idle.track);
      await lab.record(stopped).next(3);
      const { framesIn } = await lab.statisticsOf(background);
      stopped.stop();
      // No event is fired for an output that is stopped: the page polls once a second. Then no more frames come in.
      let [before, after] = [framesIn, Number.NaN];
      while (before !== after) {
        before = after;
        ({ framesIn: after } = await lab.statisticsOf(background));
      }
      return { hasWorked: framesIn > 0, alive: second.readyState };
    });
    expect(result).toEqual({ hasWorked: true, alive: 'live' });
  });

  it('an aborted signal ends the output; an aborted creation rejects', async () => {
    const result = await page.run(async (lab) => {
      const background = await lab.create();
      const ending = new AbortController();
      const camera = await lab.openCamera();
      const output = background.process(camera, { signal: ending.signal });
      await lab.record(output).next(3);
      ending.abort();
      const ended = output.readyState;
      const code = (error: unknown) => (error as Error).name;
      const early = new AbortController();
      const creating = lab.create({ signal: early.signal }).catch(code);
      early.abort();
      const late = new AbortController();
      const other = await lab.create({ signal: late.signal });
      late.abort();
      const already = await lab.create({ signal: AbortSignal.abort() }).catch(code);
      const changing = background
        .setBackground({ type: 'color', color: 'red' }, { signal: AbortSignal.abort() })
        .catch(code);
      camera.stop();
      return {
        ended,
        creating: await creating,
        other: other.state,
        already,
        changing: await changing,
        kept: background.background,
      };
    });
    expect(result).toEqual({
      ended: 'ended',
      creating: 'AbortError',
      other: 'disposed',
      already: 'AbortError',
      changing: 'AbortError',
      kept: { type: 'color', color: 'rgb(0 177 64)' },
    });
  });

  it('dispose ends the outputs, the workers go, and everything says so afterwards', async () => {
    const result = await page.run(async (lab) => {
      const background = await lab.create();
      const camera = await lab.openCamera();
      const output = background.process(camera);
      const outs = lab.record(output);
      await outs.next(3);
      background.dispose();
      background.dispose();
      const code = (work: () => unknown) => {
        try {
          work();
          return 'nothing';
        } catch (error) {
          return (error as { code?: string }).code;
        }
      };
      const codes = [
        code(() => background.process(camera)),
        code(() => background.pause()),
        code(() => background.setOptions({ mirror: true })),
        await background.setBackground({ type: 'none' }).catch((error) => error.code),
      ];
      const states = [background.state, output.readyState, camera.readyState];
      outs.stop();
      camera.stop();
      return { codes, states };
    });
    expect(result).toEqual({
      codes: ['DISPOSED', 'DISPOSED', 'DISPOSED', 'DISPOSED'],
      states: ['disposed', 'ended', 'live'],
    });
    await expect.poll(() => page.page.workers().length).toBe(0);
  });
});
