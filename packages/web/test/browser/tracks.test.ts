import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Seen } from './pages/inspect.js';
import type { Lab } from './pages/lab.js';
import { SPECKS } from './support/bounds.js';
import { required } from './support/browsers.js';
import { Chromium, type ChromiumPage } from './support/chromium.js';
import { makeClip } from './support/clips.js';
import { startLab } from './support/lab.js';
import type { TestServer } from './support/server.js';

/** What becomes of tracks in Chromium: times, sizes, formats, and all that can happen to them. */
let server: TestServer;
let chromium: Chromium;
let page: ChromiumPage<Lab>;

beforeAll(async () => {
  await makeClip(inject('folder'), 'striped');
  await makeClip(inject('folder'), 'striped-small');
  server = await startLab();
  chromium = await Chromium.launch({
    path: required(inject('browsers').chromium, 'Chromium'),
    args: ['--use-fake-device-for-media-stream=device-count=2'],
  });
});
afterAll(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  page = await chromium.open<Lab>(server.origin);
});
afterEach(async () => {
  const { errors } = page;
  await page[Symbol.asyncDispose]();
  expect(errors).toEqual([]);
});

/** Frames that came out are in the order of time, and none comes twice. */
function expectRising(frames: readonly Seen[]): void {
  const timestamps = frames.map(({ timestamp }) => timestamp);
  expect(timestamps).toEqual([...new Set(timestamps)].sort((a, b) => a - b));
}

/** The person before the chosen colour, and nothing of the room. */
function expectProcessed(frame: Seen): void {
  expect(frame.plain).toBeGreaterThan(0.3);
  expect(frame.plain).toBeLessThan(0.9);
  expect(frame.room).toBeLessThan(0.03);
}

/** The chosen colour and nothing else. */
function expectPlaceholder(frame: Seen): void {
  expect(frame.plain).toBe(1);
}

describe('times', () => {
  it('timestamps are the input’s, rising; nearly every frame comes out', async () => {
    const { frames, sent, statistics } = await page.run(async (lab) => {
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m', start: 7_000_000 });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
      await lab.until(() => background.state === 'running');
      const frames = await outs.next(60);
      await lab.wait(1100);
      const { statistics } = background;
      outs.stop();
      player.end();
      return { frames, sent: player.sent.map(({ timestamp }) => timestamp), statistics };
    });
    expectRising(frames);
    const known = new Set(sent);
    expect(frames.filter(({ timestamp }) => !known.has(timestamp))).toEqual([]);
    for (const frame of frames) expectProcessed(frame);
    // Where the machine keeps up, nothing is left out.
    const [first, last] = [frames[0]?.timestamp ?? 0, frames.at(-1)?.timestamp ?? 0];
    const between = sent.filter((timestamp) => timestamp >= first && timestamp <= last).length;
    if (statistics.latency < 25) expect(frames.length).toBeGreaterThan(0.8 * between);
    expect(statistics.strategy).toBe('window-streams');
    expect(statistics.framesIn).toBeGreaterThan(60);
    expect(statistics.framesOut).toBeGreaterThanOrEqual(60);
    expect(statistics.framesOut + statistics.placeholders + statistics.dropped).toBeLessThanOrEqual(
      statistics.framesIn,
    );
    expect(statistics.framesPerSecond).toBeGreaterThan(0);
    expect(statistics.latency).toBeGreaterThan(0);
    for (const milliseconds of Object.values(statistics.milliseconds)) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
    }
  });

  it('maxFrameRate leaves frames out', async () => {
    const frames = await page.run(async (lab) => {
      const background = await lab.create({ maxFrameRate: 10 });
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track));
      const frames = await outs.next(21);
      outs.stop();
      player.end();
      return frames;
    });
    const rate = 20e6 / ((frames.at(-1)?.timestamp ?? 0) - (frames[0]?.timestamp ?? 0));
    expect(rate).toBeLessThan(10.6);
  });
});

describe('sizes and formats', () => {
  it('each format that a camera may give comes out as planes', async () => {
    for (const format of ['I420', 'NV12', 'RGBA', 'BGRA', 'I420A'] as const) {
      const frames = await page.run(async (lab, format) => {
        const background = await lab.create();
        const player = lab.play({ url: '/clips/striped.y4m', format });
        const outs = lab.record(background.process(player.track), { color: lab.GREEN });
        await lab.until(() => background.state === 'running');
        const frames = await outs.next(10);
        outs.stop();
        player.end();
        return frames;
      }, format);
      for (const frame of frames.slice(2)) {
        expect(frame.format).toBe('I420');
        expect([frame.width, frame.height]).toEqual([640, 360]);
        expectProcessed(frame);
      }
    }
  });

  it('turned and mirrored frames come out as they are shown', async () => {
    for (const [rotation, flip] of [
      [90, false],
      [180, false],
      [270, true],
      [0, true],
    ] as const) {
      const frames = await page.run(
        async (lab, [rotation, flip]) => {
          const background = await lab.create();
          const player = lab.play({ url: '/clips/striped.y4m', rotation, flip });
          const outs = lab.record(background.process(player.track), { color: lab.GREEN });
          await lab.until(() => background.state === 'running');
          const frames = await outs.next(5);
          outs.stop();
          player.end();
          return frames;
        },
        [rotation, flip] as const,
      );
      for (const frame of frames) {
        expect([frame.width, frame.height]).toEqual([640, 360]);
        expect(frame.room).toBeLessThan(0.03);
      }
    }
  });

  it('a visible part with odd sides, and a change of size under way', async () => {
    const frames = await page.run(async (lab) => {
      const background = await lab.create();
      const player = lab.play({
        url: '/clips/striped.y4m',
        crop: { x: 2, y: 2, width: 621, height: 351 },
      });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 621).length >= 5);
      player.change({ url: '/clips/striped-small.y4m', crop: { x: 0, y: 0, width: 320, height: 240 } });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 320).length >= 10);
      player.change({ url: '/clips/striped.y4m', crop: { x: 0, y: 0, width: 640, height: 360 } });
      await outs.until(({ frames }) => frames.filter(({ width }) => width === 640).length >= 10);
      outs.stop();
      player.end();
      return outs.frames;
    });
    expectRising(frames);
    for (const frame of frames) expect(frame.room).toBeLessThan(0.03);
    expect(new Set(frames.map(({ width, height }) => `${width}x${height}`))).toEqual(
      new Set(['621x351', '320x240', '640x360']),
    );
  });

  it('maxSize makes pictures smaller and keeps their shape', async () => {
    const frames = await page.run(async (lab) => {
      const background = await lab.create({ maxSize: { width: 320, height: 320 } });
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
      await lab.until(() => background.state === 'running');
      const frames = await outs.next(5);
      outs.stop();
      player.end();
      return frames;
    });
    for (const frame of frames) {
      expect([frame.width, frame.height]).toEqual([320, 180]);
      expectProcessed(frame);
    }
  });
});

describe('the caller’s wishes', () => {
  it('each background shows, and none but `none` shows the room', async () => {
    const seen = await page.run(async (lab) => {
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
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
      outs.stop();
      player.end();
      return results;
    });
    for (const frame of seen['image'] ?? []) expectProcessed(frame);
    for (const frame of seen['color'] ?? []) expectProcessed(frame);
    for (const frame of [...(seen['blur'] ?? []), ...(seen['bokeh'] ?? [])]) {
      expect(frame.room).toBeGreaterThan(0.3);
      expect(frame.stripes).toBeLessThan(0.02);
    }
    for (const frame of seen['none'] ?? []) expect(frame.stripes).toBeGreaterThan(0.3);
    for (const frame of seen['transparent'] ?? []) {
      expect(frame.format).toBe('I420A');
      expect(frame.room).toBeLessThan(0.03);
    }
  });

  it('pause shows the placeholder, resume the person', async () => {
    const { paused, resumed, states } = await page.run(async (lab) => {
      const background = await lab.create();
      const states: string[] = [];
      background.addEventListener('statechange', ({ state }) => states.push(state));
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN });
      await lab.until(() => background.state === 'running');
      background.pause();
      const paused = await lab.sentFromNow(player, outs, 5);
      background.resume();
      const resumed = await lab.sentFromNow(player, outs, 5);
      outs.stop();
      player.end();
      return { paused, resumed, states };
    });
    for (const frame of paused) expectPlaceholder(frame);
    for (const frame of resumed) expectProcessed(frame);
    expect(states).toEqual(['running', 'paused', 'running']);
  });

  it('mirror turns left and right around, the background stays', async () => {
    const [plain, mirrored] = await page.run(async (lab) => {
      const means: number[][] = [];
      for (const mirror of [false, true]) {
        const background = await lab.create({ mirror });
        const player = lab.play({ url: '/clips/striped.y4m' });
        const outs = lab.record(background.process(player.track), { keep: true });
        await lab.until(() => background.state === 'running');
        await outs.until(({ kept }) => kept.length > 20);
        // The first frames of the clip are alike: columns of the one are those of the other from the other side.
        const { planes = new Uint8Array() } = outs.kept.at(-1) ?? {};
        means.push(
          Array.from({ length: 640 }, (_, x) => {
            let sum = 0;
            for (let y = 0; y < 360; y++) sum += planes[y * 640 + x] ?? 0;
            return sum / 360;
          }),
        );
        outs.stop();
        player.end();
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
      const background = await lab.create();
      const players = [
        lab.play({ url: '/clips/striped.y4m' }),
        lab.play({ url: '/clips/striped-small.y4m', start: 3e12 }),
      ] as const;
      const outs = players.map(({ track }) => lab.record(background.process(track), { color: lab.GREEN }));
      const [one, other] = outs;
      if (!one || !other) throw new Error('No recordings');
      const [first, second] = await Promise.all([one.next(15), other.next(15)]);
      players[0].end();
      await one.until(({ ended }) => ended);
      const rest = await other.next(10);
      players[1].end();
      return { first, second, rest };
    });
    for (const frame of first) expect([frame.width, frame.room < 0.03]).toEqual([640, true]);
    for (const frame of [...second, ...rest]) expect([frame.width, frame.room < 0.03]).toEqual([320, true]);
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
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
      await lab.until(() => background.state === 'running');
      const results: { asked: string; quality: string; frames: readonly Seen[] }[] = [];
      for (const quality of ['highest', 'medium', 'low', 'lowest'] as const) {
        background.setOptions({ quality });
        const frames = await lab.sentFromNow(player, outs, 5);
        await new Promise((resolve) => background.addEventListener('statistics', resolve, { once: true }));
        await new Promise((resolve) => background.addEventListener('statistics', resolve, { once: true }));
        results.push({ asked: quality, quality: background.statistics.quality, frames });
      }
      player.end();
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
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
      await lab.until(() => background.state === 'running');
      player.track.enabled = false;
      const off = await lab.sentFromNow(player, outs, 5);
      player.track.enabled = true;
      await outs.until(({ frames }) => (frames.at(-1)?.plain ?? 1) < 0.9);
      const on = await outs.next(5);
      player.end();
      return { off, on };
    });
    for (const frame of off) expect(frame.plain).toBeGreaterThan(0.95);
    for (const frame of on) expectProcessed(frame);
  });

  it('a camera that gives nothing for a while goes on afterwards', async () => {
    const { paused, after, state } = await page.run(async (lab) => {
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m' });
      const outs = lab.record(background.process(player.track), { color: lab.GREEN, truth: lab.STRIPED });
      await lab.until(() => background.state === 'running');
      player.pause(true);
      await lab.wait(1500);
      const from = outs.frames.length;
      await lab.wait(2500);
      const paused = outs.frames.length - from;
      const { state } = background;
      player.pause(false);
      const after = await outs.next(5);
      player.end();
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

  it('another one takes its place: the new output begins with a processed frame', async () => {
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
  it('when the camera is pulled out, the output ends and says so', async () => {
    const result = await page.run(async (lab) => {
      const background = await lab.create();
      const player = lab.play({ url: '/clips/striped.y4m' });
      const output = background.process(player.track);
      let told = false;
      output.addEventListener('ended', () => {
        told = true;
      });
      const outs = lab.record(output);
      await outs.next(5);
      player.end();
      await lab.until(() => output.readyState === 'ended' && told);
      const again = lab.play({ url: '/clips/striped.y4m' });
      const more = await lab.record(background.process(again.track), { color: lab.GREEN }).next(5);
      again.end();
      return { told, more: more.length };
    });
    expect(result).toEqual({ told: true, more: 5 });
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
      await lab.record(stopped).next(3);
      stopped.stop();
      await lab.wait(1200);
      const before = background.statistics.framesIn;
      await lab.wait(500);
      const after = background.statistics.framesIn;
      const alive = second.readyState;
      second.stop();
      return { worksOn: after - before, alive };
    });
    expect(result).toEqual({ worksOn: 0, alive: 'live' });
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
    await expect.poll(() => page.page.workers().length, { timeout: 5000 }).toBe(0);
  });
});
