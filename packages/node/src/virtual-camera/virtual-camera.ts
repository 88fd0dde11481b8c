import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Background,
  EngineError,
  type Frame,
  type FrameShape,
  type Pipeline,
  type Quality,
} from '@elsewhere/engine';
import {
  AdaptiveQuality,
  assertOptions,
  defaultsOf,
  LatestBackground,
  mergeOptions,
  type OptionValues,
} from '@elsewhere/engine/internal';
import { type OpenBackground, openBackground } from '../background.js';
import { MediaError } from '../errors.js';
import { silence } from '../media/ffmpeg.js';
import {
  VIRTUAL_CAMERA_OPTIONS,
  VIRTUAL_CAMERA_SETTINGS,
  type VirtualCameraFrames,
  type VirtualCameraOptions,
  type VirtualCameraSettings,
  type VirtualCameraState,
  type VirtualCameraStatus,
} from '../options.js';
import { createPipeline } from '../pipeline.js';
import { type Camera, type CameraFormat, cameraFormats, type LiveInput, openCamera } from './camera.js';
import { CAMERA_COLORS } from './camera-frames.js';
import { CameraLink } from './camera-link.js';
import { DeviceSink, loopbackFormat } from './device-sink.js';
import { findVideoDevices, type VideoDevice } from './devices.js';
import { OutputPace } from './pace.js';
import {
  assertDifferent,
  assertEven,
  chooseCamera,
  chooseOutput,
  type OutputPlan,
  outputWarnings,
  planFormat,
} from './plan.js';
import { ReaderWatcher, readerCounter } from './readers.js';
import type { Sink } from './sink.js';
import { fileTarget, pipeTarget, standardOutput, Y4mSink } from './y4m-sink.js';

/** Frames per second while nobody reads: browsers show a device only while something is written to it. */
const IDLE_RATE = 2;

/** How long the camera stays on after the last reader has gone, in milliseconds. */
const LINGER_MS = 2000;

/** How long the loop sleeps at most, in milliseconds: calls take effect within this time. */
const NAP_MS = 100;

/** A frame may be processed so much early, as a part of the interval, where their number is limited. */
const EARLY = 0.3;

/** `AdaptiveQuality` does not scale frames of so few lines down: all of the output have one size. */
const UNSCALED = 0;

type Settings = OptionValues<typeof VIRTUAL_CAMERA_SETTINGS>;

/** What tests replace. */
export interface VirtualCameraParts {
  readonly platform?: string;
  readonly devices?: () => Promise<readonly VideoDevice[]>;
  readonly formats?: (input: LiveInput) => Promise<readonly CameraFormat[]>;
  readonly openCamera?: (input: LiveInput, wanted: CameraFormat) => Promise<Camera>;
  readonly openSink?: (output: OutputPlan, format: CameraFormat) => Sink;
  readonly createPipeline?: typeof createPipeline;
  /** Counts the readers of an output that does not know them itself. */
  readonly countReaders?: () => Promise<number>;
}

/** What {@link RunningVirtualCamera.open} has prepared. */
interface Prepared {
  readonly options: VirtualCameraOptions;
  readonly input: LiveInput;
  readonly output: OutputPlan;
  readonly format: CameraFormat;
  readonly onDemand: boolean;
  readonly link: CameraLink;
  readonly sink: Sink;
  readonly watcher: ReaderWatcher | undefined;
  readonly pipeline: Pipeline;
  readonly background: Background<string, string>;
  readonly opened: OpenBackground;
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

/**
 * A virtual camera that runs: made by {@link openVirtualCamera}. Frames are processed in the thread that opened it, between its other
 * tasks.
 */
export interface VirtualCamera {
  /** Settles when it has ended: rejects with the reason if that was not asked for. */
  readonly ended: Promise<void>;
  /** What the user has to know of the output, as sentences. */
  readonly warnings: readonly string[];
  /** How it is doing. */
  readonly status: VirtualCameraStatus;
  /**
   * Changes background and settings from the next frame on. While a background is being opened the old one stays, but `none`, the
   * camera background, gives way to a placeholder at once.
   *
   * @param changes - What to change; `undefined` restores a default.
   * @throws `EngineError` `OPTION_INVALID` or `BACKGROUND_INVALID`, {@link MediaError} `BACKGROUND_MISSING`, `BACKGROUND_UNREADABLE`,
   * `SUPERSEDED` or `DISPOSED`: the old background stays then.
   */
  set(changes: VirtualCameraSettings): Promise<void>;
  /** Turns the camera off and shows the background alone. */
  pause(): void;
  /** Ends {@link VirtualCamera.pause}. */
  resume(): void;
  /** Ends it: camera and output are closed when this resolves. */
  stop(): Promise<void>;
}

/** The loop that reads, processes and writes frames. */
export class RunningVirtualCamera implements VirtualCamera {
  readonly ended: Promise<void>;
  readonly warnings: readonly string[];
  readonly #parts: Prepared;
  readonly #latest: LatestBackground<Background<string, string>, OpenBackground>;
  readonly #shape: FrameShape;
  readonly #start = performance.now();
  readonly #frames: { -readonly [Name in keyof VirtualCameraFrames]: number } = {
    written: 0,
    processed: 0,
    repeated: 0,
    placeholders: 0,
    dropped: 0,
  };
  readonly #adaptive = new AdaptiveQuality('cpu');
  #settings: Settings;
  /** What the pipeline processes with. */
  #quality: Quality | undefined;
  /** When the last frame of the camera was processed. */
  #processedAt = Number.NEGATIVE_INFINITY;
  /** Whether the pipeline has not got {@link #settings} yet. */
  #isChanged = true;
  #isPaused = false;
  #isStopping = false;
  /** Whether what was written last may be written again. */
  #isRepeatable = false;
  #readAt: number;
  #pace: OutputPace;
  #isActive = true;
  #reported = '';

  private constructor(parts: Prepared) {
    const { format, background, opened, settings, warnings } = parts;
    this.#parts = parts;
    this.#latest = new LatestBackground(background, opened, superseded);
    this.#settings = settings;
    this.#shape = { width: format.width, height: format.height, colorSpace: CAMERA_COLORS, rotation: 0 };
    this.#readAt = Number.NEGATIVE_INFINITY;
    this.#pace = new OutputPace(format.frameRate, this.#start);
    this.warnings = warnings;
    this.ended = this.#run();
    // Whoever wants to know awaits it.
    this.ended.catch(() => {});
  }

  /** As {@link openVirtualCamera}. */
  static async open(
    options: VirtualCameraOptions,
    parts: VirtualCameraParts = {},
  ): Promise<RunningVirtualCamera> {
    const { platform = process.platform, devices: list = findVideoDevices } = parts;
    if (platform !== 'linux') {
      throw new MediaError(
        'VIRTUAL_CAMERA_UNSUPPORTED',
        'Only Linux lets a program be a camera. On macOS and Windows, OBS shows the studio as a camera: see docs/virtual-camera.md.',
      );
    }
    silence();
    const { onChange: _onChange, camera, output: to, background = { type: 'blur' }, ...described } = options;
    assertOptions(VIRTUAL_CAMERA_OPTIONS, described);
    assertOpaque(background);
    const settings = mergeOptions(VIRTUAL_CAMERA_SETTINGS, described, defaultsOf(VIRTUAL_CAMERA_SETTINGS));
    const devices = await list();
    const input = await chooseCamera(camera, devices);
    const output = await chooseOutput(to, devices);
    await assertDifferent(input, output);
    const onDemand = isOnDemand(options.onDemand ?? 'auto', output);
    const formats = await (parts.formats ?? cameraFormats)(input);
    // A reader may hold a device to the size that it had.
    const held = output.kind === 'device' ? loopbackFormat(output.path) : undefined;
    const format = planFormat(formats, options.size ?? held, options.fps);
    assertEven(format);
    const open = () => (parts.openCamera ?? openCamera)(input, format);
    const cleanup: (() => void | Promise<void>)[] = [];
    try {
      const opened = await openBackground(background, format);
      cleanup.push(opened.dispose);
      // A higher quality, which needs a second network, may be asked for later.
      const pipeline = await (parts.createPipeline ?? createPipeline)({
        ...settings,
        ...modelOf(options),
        quality: 'high',
        background: opened.background,
      });
      cleanup.push(() => pipeline.dispose());
      const link = new CameraLink(open, onDemand ? undefined : await open());
      cleanup.push(() => link.close());
      const sink = (parts.openSink ?? openSink)(output, format);
      const watcher =
        onDemand && output.kind !== 'pipe' ? watch(output, devices, parts.countReaders) : undefined;
      const warnings = outputWarnings(output, devices);
      return new RunningVirtualCamera({
        ...{ options, input, output, format, onDemand, link, sink, watcher, pipeline },
        ...{ background, opened, settings, warnings },
      });
    } catch (error) {
      for (const each of cleanup.reverse()) await each();
      throw error;
    }
  }

  get status(): VirtualCameraStatus {
    const { input, output, format, onDemand, link } = this.#parts;
    const { width, height, frameRate } = format;
    const readers = this.#readers;
    return {
      state: this.#state,
      ...(link.problem !== undefined && { problem: link.problem }),
      camera: input,
      output: output.path,
      width,
      height,
      fps: frameRate,
      onDemand,
      ...(readers !== undefined && { readers }),
      background: this.#latest.shown,
      settings: this.#settings,
      quality: this.#wantedQuality,
      frames: { ...this.#frames },
    };
  }

  async set({ background, ...settings }: VirtualCameraSettings): Promise<void> {
    this.#assertUsable();
    const merged = mergeOptions(VIRTUAL_CAMERA_SETTINGS, settings, this.#settings);
    if (background) assertOpaque(background);
    this.#settings = merged;
    this.#isChanged = true;
    if (background) await this.#setBackground(background);
    this.#report();
  }

  pause(): void {
    this.#isPaused = true;
    this.#report();
  }

  resume(): void {
    this.#isPaused = false;
    this.#report();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.ended.catch(() => {});
  }

  get #state(): VirtualCameraState {
    if (this.#isPaused) return 'paused';
    const { state } = this.#parts.link;
    return state === 'off' ? (this.#isActive ? 'starting' : 'waiting') : state;
  }

  get #wantedQuality(): Quality {
    const { quality } = this.#settings;
    return quality === 'auto' ? this.#adaptive.quality : quality;
  }

  get #readers(): number | undefined {
    return this.#parts.watcher?.readers ?? this.#parts.sink.readers;
  }

  #assertUsable(): void {
    if (this.#isStopping) throw new MediaError('DISPOSED', 'This virtual camera has ended: open a new one.');
  }

  async #setBackground(background: Background<string, string>): Promise<void> {
    const call = this.#latest.begin(background);
    if (this.#latest.hidesCamera) this.#isRepeatable = false;
    try {
      const opened = await openBackground(background, this.#shape);
      try {
        call.signal.throwIfAborted();
        this.#parts.pipeline.setBackground(opened.background);
      } catch (error) {
        opened.dispose();
        throw error;
      }
      const before = this.#latest.prepared;
      this.#latest.show(background, opened);
      this.#isRepeatable = false;
      before.dispose();
    } catch (error) {
      this.#latest.fail(call);
      throw error;
    }
  }

  async #run(): Promise<void> {
    const { duration = Number.POSITIVE_INFINITY } = this.#parts.options;
    try {
      for (;;) {
        const now = performance.now();
        if (this.#isStopping || now - this.#start >= duration * 1000) return;
        await this.#step(now);
        const { link } = this.#parts;
        const next = Math.min(link.nextAt, this.#pace.deadline, now + NAP_MS) - performance.now();
        // With a time of 0 the event loop would get to nothing else.
        await sleep(Math.max(1, next));
      }
    } finally {
      this.#isStopping = true;
      await this.#dispose();
    }
  }

  async #step(now: number): Promise<void> {
    const { link, sink, pipeline } = this.#parts;
    const quality = this.#wantedQuality;
    if (this.#isChanged || quality !== this.#quality) {
      this.#isChanged = false;
      this.#quality = quality;
      pipeline.setOptions({ ...this.#settings, quality });
    }
    sink.poll();
    this.#updateDemand(now);
    link.update(this.#isActive && !this.#isPaused, now);
    const frame = link.read(now);
    if (frame) await this.#take(frame, now);
    const then = performance.now();
    if (then >= this.#pace.deadline) this.#fill(then);
    this.#report();
  }

  /** Slows the output down while nobody reads it. */
  #updateDemand(now: number): void {
    const { onDemand, format } = this.#parts;
    if (!onDemand) return;
    if (this.#readers) this.#readAt = now;
    const isActive = now - this.#readAt < LINGER_MS;
    if (isActive === this.#isActive) return;
    this.#isActive = isActive;
    this.#pace = new OutputPace(isActive ? format.frameRate : IDLE_RATE, now);
  }

  async #take(frame: Frame, now: number): Promise<void> {
    const { sink, pipeline } = this.#parts;
    if (!this.#pace.takes(now) || !sink.isReady || !this.#hasTime(now)) {
      this.#frames.dropped++;
      return;
    }
    if (this.#latest.hidesCamera) {
      this.#writePlaceholder(now);
      return;
    }
    this.#processedAt = now;
    const outcome = await pipeline.process(frame, this.#timestamp(now));
    this.#adaptive.add(performance.now() - now, this.#pace.interval, UNSCALED);
    // Its reader may have gone meanwhile, and another background or a pause may have been asked for.
    if (!sink.isReady) {
      this.#frames.dropped++;
    } else if (this.#isPaused || this.#latest.hidesCamera) {
      this.#writePlaceholder(now);
    } else {
      sink.write(outcome.frame);
      this.#isRepeatable = outcome.kind === 'processed';
      if (this.#isRepeatable) this.#frames.processed++;
      else this.#frames.placeholders++;
      this.#wrote(performance.now());
    }
  }

  /** Whether there is time to process a frame, where their number is limited. */
  #hasTime(now: number): boolean {
    if (this.#settings.quality !== 'auto') return true;
    return now - this.#processedAt >= ((1 - EARLY) * 1000) / this.#adaptive.maxFrameRate;
  }

  /** A frame is due, and the camera has given none. */
  #fill(now: number): void {
    const { sink, link } = this.#parts;
    if (!sink.isReady) {
      this.#pace.wrote(now);
    } else if (this.#isRepeatable && link.state === 'live' && !this.#isPaused) {
      sink.repeat();
      this.#frames.repeated++;
      this.#wrote(now);
    } else {
      this.#writePlaceholder(now);
    }
  }

  #writePlaceholder(now: number): void {
    const { sink, pipeline } = this.#parts;
    sink.write(pipeline.placeholder(this.#shape, this.#timestamp(now)).frame);
    this.#isRepeatable = false;
    this.#frames.placeholders++;
    this.#wrote(now);
  }

  #wrote(now: number): void {
    this.#pace.wrote(now);
    this.#frames.written++;
  }

  /** In microseconds. */
  #timestamp(now: number): number {
    return Math.round((now - this.#start) * 1000);
  }

  #report(): void {
    const { onChange } = this.#parts.options;
    if (!onChange) return;
    const { frames: _frames, ...rest } = this.status;
    const key = JSON.stringify(rest);
    if (key === this.#reported) return;
    this.#reported = key;
    onChange(this.status);
  }

  async #dispose(): Promise<void> {
    const { link, sink, watcher, pipeline } = this.#parts;
    watcher?.[Symbol.dispose]();
    this.#latest.dispose(new MediaError('DISPOSED', 'The virtual camera has ended.'));
    await link.close();
    await sink.close();
    pipeline.dispose();
    this.#latest.prepared.dispose();
  }
}

/**
 * Opens a virtual camera on Linux: frames of a camera, with another background, come out of a loopback device that other programs see
 * as a camera. The output keeps its rate whatever the camera does: a background without anybody stands in while there are no frames.
 *
 * @param options - Camera, output, background and settings. By default the first camera, the first loopback device and a blur.
 * @returns The virtual camera, which runs until it is stopped.
 * @throws {@link MediaError} `DEVICE_UNAVAILABLE` about the camera, `VIRTUAL_CAMERA_UNAVAILABLE` about the loopback device,
 * `VIRTUAL_CAMERA_UNSUPPORTED` on other systems, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` or `OUTPUT_UNSUPPORTED`, or one about the
 * background; `EngineError` about options and model.
 *
 * @example
 * ```ts
 * import { openVirtualCamera } from '@elsewhere/node';
 *
 * const camera = { type: 'lavfi', graph: 'testsrc2=size=320x180:rate=25' };
 * const virtual = await openVirtualCamera({ camera, output: 'out.y4m', background: { type: 'color', color: 'seagreen' } });
 * await new Promise((resolve) => setTimeout(resolve, 1000));
 * await virtual.set({ background: { type: 'blur' }, mirror: true });
 * console.log(virtual.status.state, virtual.status.frames.written > 10);
 * await virtual.stop();
 * ```
 */
export function openVirtualCamera(options: VirtualCameraOptions = {}): Promise<VirtualCamera> {
  return RunningVirtualCamera.open(options);
}

function isOnDemand(onDemand: 'auto' | 'on' | 'off', { kind }: OutputPlan): boolean {
  if (onDemand === 'on' && kind === 'stdout') {
    throw new EngineError(
      'OPTION_INVALID',
      'The option onDemand cannot be on for standard output: whether anybody reads it is not known.',
    );
  }
  return onDemand === 'auto' ? kind === 'device' || kind === 'pipe' : onDemand === 'on';
}

function openSink({ kind, path }: OutputPlan, format: CameraFormat): Sink {
  if (kind === 'device') return new DeviceSink(path, format);
  const target = kind === 'stdout' ? standardOutput() : kind === 'pipe' ? pipeTarget(path) : fileTarget(path);
  return new Y4mSink(target, format, format.frameRate);
}

function watch(
  { path }: OutputPlan,
  devices: readonly VideoDevice[],
  count: (() => Promise<number>) | undefined,
): ReaderWatcher {
  const others = devices.filter((device) => device.kind === 'loopback' && device.path !== path);
  return new ReaderWatcher(
    count ??
      readerCounter(
        path,
        others.map((device) => device.path),
      ),
  );
}

function modelOf({
  model,
  keep,
  mask,
}: VirtualCameraOptions): Pick<VirtualCameraOptions, 'model' | 'keep' | 'mask'> {
  return { ...(model !== undefined && { model }), ...(keep && { keep }), ...(mask && { mask }) };
}

function assertOpaque({ type }: Background<string, string>): void {
  if (type !== 'transparent') return;
  throw new EngineError(
    'BACKGROUND_INVALID',
    'A virtual camera cannot be transparent: use a colour that the other program removes, such as #00b140.',
  );
}

function superseded(): MediaError {
  return new MediaError('SUPERSEDED', 'A later change of the background replaced this one.');
}
