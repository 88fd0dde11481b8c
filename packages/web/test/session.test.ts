import {
  type Background,
  EngineError,
  type Frame,
  type FrameShape,
  type ModelDescription,
  type Outcome,
  type Pipeline,
  type Segmenter,
} from '@elsewhere/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeferredSegmenter } from '../src/engine/deferred-segmenter.js';
import type { PlatformMask } from '../src/engine/platform-mask.js';
import { type LiveSettings, Session, type SessionListener } from '../src/engine/session.js';
import { GpuBackend } from '../src/gpu/backend.js';
import { stillBackground } from '../src/media/background.js';
import type { FrameListener, FrameSource } from '../src/media/frame-source.js';
import { FrameWriter } from '../src/media/frame-writer.js';
import { DEFAULT_OPTIONS, type LiveOptions } from '../src/options.js';
import type { FrameSink } from '../src/output/frame-sink.js';
import { type FakeFrameInit, FakeVideoFrame, fakeFrame } from './support/video-frames.js';

/** The second network's. */
const MODEL = {
  input: { width: 8, height: 8, valueRange: [0, 1] },
  output: { kind: 'confidence' },
} as unknown as ModelDescription;

/** The luma of camera frames, processed frames and placeholders. */
const [CAMERA, PROCESSED, PLACEHOLDER] = [200, 100, 50] as const;

function frameOf(luma: number, { width, height }: FrameShape): Frame {
  const data = new Uint8Array(width * height * 2).fill(luma, 0, width * height).fill(128, width * height);
  const planes = [0, 1, 1.5].map((part) => ({
    data: data.subarray(part * width * height),
    stride: part === 0 ? width : width / 2,
  }));
  return {
    format: 'I420',
    width,
    height,
    planes,
    colorSpace: { matrix: 'bt601', range: 'limited' },
    rotation: 0,
  };
}

const SHAPE: FrameShape = {
  width: 8,
  height: 8,
  colorSpace: { matrix: 'bt601', range: 'limited' },
  rotation: 0,
};

/** A pipeline whose behaviour the tests choose. */
class FakePipeline {
  readonly statistics = {
    frames: 0,
    placeholders: 0,
    resets: 0,
    milliseconds: { input: 0, segmentation: 0, matting: 0, background: 0, compositing: 0 },
  };
  readonly backgrounds: Background[] = [];
  readonly options: object[] = [];
  /** Processes a frame. */
  behaviour: (frame: Frame) => Outcome | Promise<Outcome> = (frame) => ({
    kind: 'processed',
    frame: frameOf(PROCESSED, frame),
    error: undefined,
  });
  placeholders: (shape: FrameShape) => Outcome = (shape) => ({
    kind: 'placeholder',
    frame: frameOf(PLACEHOLDER, shape),
    error: undefined,
  });

  async process(frame: Frame): Promise<Outcome> {
    return this.behaviour(frame);
  }
  placeholder(shape: FrameShape): Outcome {
    return this.placeholders(shape);
  }
  setBackground(background: Background): void {
    this.backgrounds.push(background);
  }
  setOptions(options: object): void {
    this.options.push(options);
  }
}

class FakeSource implements FrameSource {
  isStopped = false;
  listener: FrameListener | undefined;
  start(listener: FrameListener): void {
    this.listener = listener;
  }
  stop(): void {
    this.isStopped = true;
  }
}

/** Closes what comes out. */
class FakeSink implements FrameSink {
  keepsSize = false;
  readonly lumas: (number | undefined)[] = [];
  readonly timestamps: number[] = [];
  isOver = false;
  isBroken = false;
  readonly #writer = new FrameWriter();
  send(frame: VideoFrame): void {
    if (this.isBroken) throw new Error('The port is gone.');
    this.lumas.push((frame as unknown as FakeVideoFrame).data?.[0]);
    this.timestamps.push(frame.timestamp);
    frame.close();
  }
  write(...[frame, origin, shownSize]: Parameters<FrameSink['write']>): void {
    this.send(this.#writer.write(frame, origin, shownSize));
  }
  end(): void {
    this.isOver = true;
  }
}

let pipeline: FakePipeline;
let source: FakeSource;
let sink: FakeSink;
let settings: LiveSettings;
let session: Session;
let masks: (ImageBitmap | undefined)[];
let closer: DeferredSegmenter | undefined;
const listener = {
  health: vi.fn(),
  ended: vi.fn(),
  failed: vi.fn(),
  error: vi.fn(),
} satisfies SessionListener;

/** Lets pending promises settle. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

let time = 0;
/** The camera gives a frame. */
async function give(init: Partial<FakeFrameInit> = {}): Promise<void> {
  time += 33_333;
  const frame = fakeFrame({
    codedWidth: 8,
    codedHeight: 8,
    timestamp: time,
    sample: (plane) => (plane === 0 ? CAMERA : 128),
    ...init,
  });
  source.listener?.frame(frame);
  await settle();
}

function setOptions(options: Partial<LiveOptions>): void {
  settings.options = { ...settings.options, ...options };
}

function start(
  background: Parameters<typeof stillBackground>[0] = { type: 'blur' },
  gpu = new GpuBackend('cpu', ''),
): void {
  const mask = {
    take: async (bitmap: ImageBitmap | undefined) => void masks.push(bitmap),
  } as unknown as PlatformMask;
  session = new Session(
    source,
    sink,
    { pipeline: pipeline as unknown as Pipeline, mask, closer, gpu },
    stillBackground(background),
    settings,
    listener,
  );
  session.start();
}

beforeEach(() => {
  vi.stubGlobal('VideoFrame', FakeVideoFrame);
  vi.clearAllMocks();
  time = 0;
  pipeline = new FakePipeline();
  source = new FakeSource();
  sink = new FakeSink();
  settings = { options: DEFAULT_OPTIONS, paused: false };
  masks = [];
  closer = undefined;
  start();
});
afterEach(() => {
  session.stop();
  expect(sink.lumas, 'the camera background never comes out').not.toContain(CAMERA);
  expect(FakeVideoFrame.open.size, 'every frame is closed').toBe(0);
  vi.unstubAllGlobals();
});

describe('a frame in flight', () => {
  const shown = () => ({ kind: 'processed', frame: frameOf(CAMERA, SHAPE), error: undefined }) as const;
  let finish: () => void;

  /** A frame comes, and is still being processed. */
  async function begin(background: Parameters<typeof stillBackground>[0]): Promise<void> {
    session.stop();
    source = new FakeSource();
    sink = new FakeSink();
    start(background);
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    pipeline.behaviour = () => finished.then(shown);
    await give();
    expect(sink.lumas).toEqual([]);
  }

  it('of none does not come out where another background was chosen meanwhile', async () => {
    await begin({ type: 'none' });
    void session.setBackground(stillBackground({ type: 'color', color: 'red' }));
    finish();
    await settle();
    expect(sink.lumas).toEqual([PLACEHOLDER]);
  });

  it('does not come out where the camera was paused meanwhile', async () => {
    await begin({ type: 'none' });
    settings.paused = true;
    finish();
    await settle();
    expect(sink.lumas).toEqual([PLACEHOLDER]);
  });

  it('of the GPU does not come out either', async () => {
    const gpu = new GpuBackend('cpu', '');
    vi.spyOn(gpu, 'backend', 'get').mockReturnValue('gpu');
    session.stop();
    source = new FakeSource();
    sink = new FakeSink();
    start({ type: 'none' }, gpu);
    vi.spyOn(gpu, 'process').mockImplementation(async (frame) => {
      settings.paused = true;
      return frame.clone();
    });
    await give();
    expect(sink.lumas).toEqual([PLACEHOLDER]);
  });
});

describe('what comes out', () => {
  it('is each frame, processed, with its own timestamp', async () => {
    for (let i = 0; i < 3; i++) await give();
    expect(sink.lumas).toEqual([PROCESSED, PROCESSED, PROCESSED]);
    expect(sink.timestamps).toEqual([33_333, 66_666, 99_999]);
    expect(listener.health.mock.calls).toEqual([['running', undefined]]);
    expect(session.statistics).toMatchObject({ framesIn: 3, framesOut: 3, placeholders: 0, dropped: 0 });
  });

  it('is the placeholder where the frame cannot be passed to the GPU', async () => {
    session.stop();
    const gpu = new GpuBackend('cpu', '');
    vi.spyOn(gpu, 'backend', 'get').mockReturnValue('gpu');
    vi.spyOn(gpu, 'process')
      .mockRejectedValueOnce(new Error('It cannot be cloned.'))
      .mockResolvedValue(undefined);
    start({ type: 'blur' }, gpu);
    await give();
    await give();
    expect(sink.lumas).toEqual([PLACEHOLDER, PROCESSED]);
  });

  it('is the placeholder while paused, and nothing is read', async () => {
    settings.paused = true;
    await give({ isBroken: true });
    settings.paused = false;
    await give();
    expect(sink.lumas).toEqual([PLACEHOLDER, PROCESSED]);
    expect(session.statistics).toMatchObject({ framesOut: 1, placeholders: 1 });
  });

  it('is a placeholder with the options of the present, while paused too', async () => {
    settings.paused = true;
    setOptions({ maxSize: { width: 4, height: 4 } });
    await give();
    expect(pipeline.options.at(-1)).toMatchObject({ maxSize: { width: 4, height: 4 } });
  });

  it('is a placeholder while paused before the first processed frame, also where the output keeps its size', async () => {
    sink.keepsSize = true;
    settings.paused = true;
    await give();
    expect(sink.lumas).toEqual([PLACEHOLDER]);
  });

  it('is the latest frame: of those that arrive meanwhile only the last is kept', async () => {
    let done: (() => void) | undefined;
    const { behaviour } = pipeline;
    pipeline.behaviour = async (frame) => {
      await new Promise<void>((resolve) => {
        done = resolve;
      });
      return behaviour(frame);
    };
    for (let i = 0; i < 4; i++) await give();
    done?.();
    await settle();
    done?.();
    await settle();
    expect(sink.timestamps).toEqual([33_333, 4 * 33_333]);
    expect(session.statistics).toMatchObject({ framesIn: 4, framesOut: 2, dropped: 2 });
  });

  it('comes no more often than the cap on the frame rate allows', async () => {
    setOptions({ maxFrameRate: 10 });
    for (let i = 0; i < 30; i++) await give();
    expect(sink.timestamps).toHaveLength(10);
  });

  it('is nothing after it was stopped, also for the frame in flight', async () => {
    let done: (() => void) | undefined;
    const { behaviour } = pipeline;
    pipeline.behaviour = (frame) =>
      new Promise((resolve) => {
        done = () => resolve(behaviour(frame));
      });
    await give();
    await give();
    session.stop();
    done?.();
    await settle();
    await give();
    expect(sink.lumas).toEqual([]);
    expect([source.isStopped, sink.isOver]).toEqual([true, true]);
  });
});

describe('a new background', () => {
  const changed = vi.fn();
  const change = () => {
    changed.mockClear();
    void session.setBackground(stillBackground({ type: 'color', color: 'green' })).then(changed);
  };

  it('has come out with the first frame that was begun afterwards', async () => {
    let done: (() => void) | undefined;
    const { behaviour } = pipeline;
    pipeline.behaviour = async (frame) => {
      await new Promise<void>((resolve) => {
        done = resolve;
      });
      return behaviour(frame);
    };
    await give();
    change();
    await give();
    done?.();
    await settle();
    expect(sink.lumas, 'this one was begun before').toEqual([PROCESSED]);
    expect(changed).not.toHaveBeenCalled();
    done?.();
    await settle();
    expect(sink.lumas).toEqual([PROCESSED, PROCESSED]);
    expect(changed).toHaveBeenCalled();
  });

  it('has come out with a placeholder while paused', async () => {
    settings.paused = true;
    change();
    await settle();
    expect(changed).not.toHaveBeenCalled();
    await give();
    expect(changed).toHaveBeenCalled();
  });

  it('counts as shown where the frame fails and nothing comes out, and where the session is stopped', async () => {
    setOptions({ whenUnavailable: 'freeze' });
    change();
    await give({ isBroken: true });
    expect(sink.lumas).toEqual([]);
    expect(changed).toHaveBeenCalled();
    change();
    session.stop();
    await settle();
    expect(changed).toHaveBeenCalled();
  });
});

describe('where something fails', () => {
  const error = new EngineError('SEGMENTATION_FAILED', 'No.');
  const failures: [string, () => void, Partial<FakeFrameInit>][] = [
    ['a stage', () => failStage(), {}],
    ['the pipeline', () => failPipeline(), {}],
    ['reading the frame', () => {}, { isBroken: true }],
    ['the options', () => failOptions(), {}],
  ];
  function failStage(): void {
    pipeline.behaviour = (frame) => ({ kind: 'placeholder', frame: frameOf(PLACEHOLDER, frame), error });
  }
  function failPipeline(): void {
    pipeline.behaviour = () => Promise.reject(new WebAssembly.RuntimeError('unreachable'));
  }
  function failOptions(): void {
    vi.spyOn(pipeline, 'setOptions').mockImplementation(() => {
      throw error;
    });
  }

  it.each(failures)('%s: the placeholder, and one report', async (_, fail, init) => {
    fail();
    await give(init);
    await give(init);
    expect(sink.lumas).toEqual([PLACEHOLDER, PLACEHOLDER]);
    expect(listener.health.mock.calls).toEqual([['degraded', expect.any(Error)]]);
  });

  it.each(failures)('%s: nothing new with freeze', async (_, fail, init) => {
    setOptions({ whenUnavailable: 'freeze' });
    fail();
    await give(init);
    expect(sink.lumas).toEqual([]);
    expect(listener.health.mock.calls).toEqual([['degraded', expect.any(Error)]]);
  });

  it('it is running again with the next good frame', async () => {
    await give({ isBroken: true });
    await give();
    expect(sink.lumas).toEqual([PLACEHOLDER, PROCESSED]);
    expect(listener.health.mock.calls.map(([health]) => health)).toEqual(['degraded', 'running']);
  });

  it('nothing comes out where not even a placeholder can be made', async () => {
    failPipeline();
    pipeline.placeholders = () => {
      throw new EngineError('OUT_OF_MEMORY', 'No.');
    };
    await give();
    expect(sink.lumas).toEqual([]);
  });

  it('nothing comes out where the sink fails', async () => {
    sink.isBroken = true;
    await give();
    expect(listener.health.mock.calls[0]?.[0]).toBe('degraded');
    for (const frame of [...FakeVideoFrame.open]) frame.close();
  });

  it('frame after frame, the failure is reported once', async () => {
    failPipeline();
    for (let i = 0; i < 100; i++) await give();
    expect(listener.failed).toHaveBeenCalledTimes(1);
  });

  it('a frame that is never finished is noticed', async () => {
    pipeline.behaviour = () => new Promise(() => {});
    for (let i = 0; i < 10; i++) session.check();
    await give();
    for (let i = 0; i < 4; i++) session.check();
    expect(listener.failed).not.toHaveBeenCalled();
    for (let i = 0; i < 4; i++) session.check();
    expect(listener.failed).toHaveBeenCalledTimes(1);
  });

  it('the end of the source is reported, unless the session was stopped', () => {
    source.listener?.end();
    expect(listener.ended).toHaveBeenCalledTimes(1);
    session.stop();
    source.listener?.end();
    expect(listener.ended).toHaveBeenCalledTimes(1);
  });
});

describe('where frames take too long', () => {
  /** Lets frames come, 30 a second, that take so many milliseconds each. */
  async function give30(frames: number, milliseconds: number): Promise<void> {
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const { behaviour } = pipeline;
    pipeline.behaviour = (frame) => {
      now += milliseconds;
      return behaviour(frame);
    };
    for (let frame = 0; frame < frames; frame++) {
      now = (time + 33_333) / 1000;
      await give();
    }
    pipeline.behaviour = behaviour;
    clock.mockRestore();
  }

  it('quality gives way, then the frame rate: what comes more often is dropped', async () => {
    expect(session.statistics.adaptation).toMatchObject({ quality: 'high', reason: 'none' });
    await give30(45, 31);
    expect(session.statistics).toMatchObject({
      dropped: 0,
      adaptation: { quality: 'medium', maxFrameRate: undefined, scale: 1, reason: 'overload' },
    });
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'medium' });
    await give30(45, 31);
    expect(session.statistics.adaptation).toMatchObject({ quality: 'medium', maxFrameRate: 20 });
    const { framesOut, dropped } = session.statistics;
    await give30(60, 31);
    expect(session.statistics.framesOut - framesOut).toBe(40);
    expect(session.statistics.dropped - dropped).toBe(20);
    expect(session.statistics.adaptation).toMatchObject({ maxFrameRate: 20 });
  });

  it('a quality that was set stays, and so does the frame rate', async () => {
    setOptions({ quality: 'highest' });
    await give30(300, 31);
    expect(session.statistics).toMatchObject({
      framesOut: 300,
      adaptation: { quality: 'highest', maxFrameRate: undefined, scale: 1, reason: 'none' },
    });
  });

  it('the first frames, which one network processes, do not count', async () => {
    closer = new DeferredSegmenter(MODEL, () => new Promise<Segmenter>(() => {}));
    start();
    await give30(100, 60);
    expect(session.statistics.adaptation).toMatchObject({
      quality: 'low',
      maxFrameRate: undefined,
      reason: 'loading',
    });
  });
});

describe('the second network', () => {
  it('is compiled after the first frame, which does not wait for it', async () => {
    let compiled: ((segmenter: Segmenter) => void) | undefined;
    const compile = vi.fn(
      () =>
        new Promise<Segmenter>((resolve) => {
          compiled = resolve;
        }),
    );
    closer = new DeferredSegmenter(MODEL, compile);
    start();
    expect(compile).not.toHaveBeenCalled();
    await give();
    expect(sink.lumas).toEqual([PROCESSED]);
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'low' });
    expect(session.statistics.adaptation).toMatchObject({ quality: 'low', reason: 'loading' });
    await give();
    compiled?.({ dispose: vi.fn() } as unknown as Segmenter);
    await give();
    await give();
    expect(compile).toHaveBeenCalledTimes(1);
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'high' });
    expect(session.statistics.adaptation).toMatchObject({ quality: 'high', reason: 'none' });
  });

  it('that cannot be had is reported once, and frames come out without it', async () => {
    closer = new DeferredSegmenter(MODEL, () => Promise.reject(new EngineError('MODEL_INVALID', 'No.')));
    start();
    for (let i = 0; i < 3; i++) await give();
    expect(listener.error).toHaveBeenCalledTimes(1);
    expect(listener.error).toHaveBeenCalledWith(expect.objectContaining({ code: 'MODEL_INVALID' }));
    expect(listener.failed).not.toHaveBeenCalled();
    expect(sink.lumas).toEqual([PROCESSED, PROCESSED, PROCESSED]);
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'low' });
  });

  it('is freed also if it was disposed of while being compiled', async () => {
    const segmenter = { dispose: vi.fn() } as unknown as Segmenter;
    const deferred = new DeferredSegmenter(MODEL, async () => segmenter);
    const preparing = deferred.prepare();
    deferred.dispose();
    await preparing;
    expect(segmenter.dispose).toHaveBeenCalledTimes(1);
    expect(deferred.isReady).toBe(false);
  });
});

describe('the metadata of frames', () => {
  it('a flipped frame is mirrored, and not if the option mirrors it already', async () => {
    const mirror = () => pipeline.options.at(-1);
    await give({ flip: true });
    expect(mirror()).toMatchObject({ mirror: true });
    setOptions({ mirror: true });
    await give({ flip: true });
    expect(mirror()).toMatchObject({ mirror: false });
    await give();
    expect(mirror()).toMatchObject({ mirror: true });
  });

  it('options are applied only when they change', async () => {
    for (let i = 0; i < 5; i++) await give();
    expect(pipeline.options).toHaveLength(1);
    setOptions({ quality: 'lowest' });
    for (let i = 0; i < 5; i++) await give();
    expect(pipeline.options).toHaveLength(2);
  });

  it('frames that the platform has blurred are not blurred again, decided for each frame', async () => {
    const types = () => pipeline.backgrounds.map(({ type }) => type);
    await give({ metadata: { backgroundBlur: { enabled: true } } });
    await give({ metadata: { backgroundBlur: { enabled: true } } });
    expect(types()).toEqual(['blur', 'none']);
    await give();
    expect(types()).toEqual(['blur', 'none', 'blur']);
  });

  it('any other background than blur replaces it nevertheless', async () => {
    session.setBackground(stillBackground({ type: 'color', color: 'green' }));
    await give({ metadata: { backgroundBlur: { enabled: true } } });
    expect(pipeline.backgrounds.map(({ type }) => type)).toEqual(['blur', 'color']);
  });

  it("the platform's mask is used, for the whole frame; not where frames are rotated", async () => {
    const mask = {} as ImageBitmap;
    await give({ metadata: { backgroundSegmentationMask: mask } });
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'low' });
    await give({ metadata: { backgroundSegmentationMask: mask }, rotation: 90 });
    await give();
    expect(pipeline.options.at(-1)).toMatchObject({ quality: 'high' });
    expect(masks).toEqual([mask, undefined, undefined]);
  });
});
