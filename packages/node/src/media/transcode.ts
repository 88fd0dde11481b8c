import type { ConversionProgress, ConversionWarning, ConversionWarningCode } from '@elsewhere/engine';
import {
  isAfter,
  isBefore,
  isSideways,
  nobodyFound,
  type TimeRange,
  timeRange,
} from '@elsewhere/engine/internal';
import { AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_DOVI_CONF } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { MediaError } from '../errors.js';
import type { ConvertSettings } from '../options.js';
import type { ConvertReport } from '../report.js';
import type { Processor } from '../worker/processor.js';
import { type Chapter, readChapters, reserveMp4, trimChapters, writeChapters } from './chapters/index.js';
import { fileUrl, known, seconds } from './ffmpeg.js';
import type { Orientation } from './frames/orientation.js';
import { type Prepared, Preparer } from './frames/prepare.js';
import { isSameShape, type Shape, ShapeReader, uprightShape } from './frames/shape.js';
import { Damage } from './input/damage.js';
import { Decoder } from './input/decoder.js';
import { type Findings, lookAhead } from './input/look-ahead.js';
import { Preroll } from './input/preroll.js';
import { Reader } from './input/reader.js';
import type { ConvertInput } from './input/source.js';
import { OutputClock } from './output/clock.js';
import { encoderOptions, RAW_VIDEO, VIDEO_CODECS, type VideoCodec } from './output/codecs.js';
import { type Container, chooseCodec, containerFor } from './output/containers.js';
import { Encoder } from './output/encoder.js';
import { type Track, Writer } from './output/writer.js';
import { openRoutes } from './streams/open.js';
import type { Route } from './streams/route.js';
import { TagFilter } from './streams/tags.js';

/** The conversion of a video. */
export interface TranscodeJob {
  readonly input: ConvertInput;
  /** The output's path as the caller gave it. */
  readonly output: string;
  /** Where to write. */
  readonly part: string;
  readonly settings: ConvertSettings;
  /** Called between two packets. `stop` completes the file at this point; throwing aborts. */
  readonly poll: () => 'go' | 'stop';
  readonly onProgress: (progress: ConversionProgress) => void;
}

/** What the conversion of a video or a still image reports. */
export type TranscodeResult = Omit<
  ConvertReport,
  'input' | 'output' | 'elapsedSeconds' | 'backend' | 'statistics'
>;

/** How much sound before the start of the range is read, for decoders that need some, in seconds. */
const SOUND_PREROLL = 0.5;

/** Between two reports of progress, in milliseconds. */
const PROGRESS_INTERVAL = 250;

/** Converts one video, in one call of {@link run}. */
export class Transcoder {
  readonly #job: TranscodeJob;
  readonly #reader: Reader;
  readonly #container: Container;
  readonly #codec: VideoCodec;
  readonly #options: Readonly<Record<string, string>>;
  readonly #range: TimeRange;
  readonly #warnings: ConversionWarning[] = [];
  /** Whether a track beside the video was damaged. */
  #lostTrack = false;
  readonly #decoder: Decoder;
  readonly #damage: Damage;
  readonly #clock: OutputClock;
  readonly #tags: TagFilter;
  #preroll: Preroll | undefined;
  #preparer: Preparer | undefined;
  #orientation: Orientation | undefined;
  #encoder: Encoder | undefined;
  #writer: Writer | undefined;
  #track: Track | undefined;
  #routes: ReadonlyMap<number, Route> = new Map();
  #chapters: readonly Chapter[] = [];
  #frames = 0;
  /** For how long nobody was found. */
  #emptySeconds = 0;
  #done = false;
  /** The shape of the largest frames, which all get. */
  #canvas: Shape | undefined;
  #reshaped = false;
  #reported = Number.NEGATIVE_INFINITY;
  /** When the last frame is shown, in seconds of the input's own clock. */
  #lastTime = 0;

  /**
   * Opens the input and checks that it can be converted as is asked; writes nothing yet.
   */
  constructor(job: TranscodeJob) {
    const { settings, output } = job;
    this.#job = job;
    this.#container = containerFor(output);
    const alpha =
      settings.background?.type === 'transparent' && (settings.stage ?? 'composite') === 'composite';
    const codec = chooseCodec(this.#container, settings.codec, alpha);
    this.#codec = codec ? VIDEO_CODECS[codec] : RAW_VIDEO;
    this.#options = encoderOptions(this.#codec, { crf: settings.crf, preset: settings.preset });
    this.#reader = Reader.open(job.input);
    try {
      this.#decoder = new Decoder(this.#reader.video, this.#reader.name, {
        keepsAlpha: true,
        deinterlace: settings.deinterlace,
      });
    } catch (error) {
      this.#reader.close();
      throw error;
    }
    this.#range = timeRange(startOf(this.#reader, this.#container), settings);
    this.#clock = new OutputClock(this.#container, this.#reader, this.#range);
    this.#damage = new Damage(this.#reader, this.#range);
    this.#tags = new TagFilter({
      keepLocation: settings.keepLocation ?? false,
      start: settings.start ?? 0,
      frameRate: this.#reader.frameRate,
    });
  }

  /** The size of the frames as they are displayed, by the input's header. */
  get frameSize(): { readonly width: number; readonly height: number } {
    return this.#reader.displaySize;
  }

  /**
   * Converts the video.
   *
   * @param processor - Processes each frame.
   */
  async run(processor: Processor): Promise<TranscodeResult> {
    const packet = new Packet();
    packet.alloc();
    try {
      const { input, poll } = this.#job;
      const findings = lookAhead(input, this.#range, () => poll() === 'go');
      this.#canvas = findings.largest;
      this.#position(packet);
      this.#openWriter(findings);
      await this.#readAll(packet, processor);
      this.#decoder.send(undefined);
      await this.#processFrames(processor);
      return this.#finish();
    } finally {
      packet.free();
    }
  }

  /** Frees everything. Closes what was written as it is. */
  dispose(): void {
    for (const route of this.#routes.values()) route.dispose();
    this.#preroll?.dispose();
    this.#writer?.close();
    this.#encoder?.dispose();
    this.#preparer?.dispose();
    this.#decoder.dispose();
    this.#reader.close();
  }

  /** Seeks to a keyframe before the start of the range; sound needs some time before it, too. */
  #position(packet: Packet): void {
    if (!this.#job.settings.start) return;
    const { from } = this.#range;
    if (this.#reader.restarts) {
      this.#preroll = new Preroll(from);
      return;
    }
    for (const target of [from - SOUND_PREROLL, from - 2, from - 15]) {
      if (!this.#reader.seek(target)) continue;
      const first = this.#firstFrameTime(packet);
      this.#decoder.flush();
      if (first !== undefined && isBefore(first - 0.002, this.#range) && this.#reader.seek(target)) return;
    }
    this.#reader.seek(this.#reader.startTime - 1);
    this.#decoder.flush();
  }

  #firstFrameTime(packet: Packet): number | undefined {
    const { index, timeBase } = this.#reader.video;
    while (this.#reader.read(packet)) {
      if (packet.streamIndex === index) this.#decoder.send(packet);
      packet.unref();
      if (this.#decoder.receive()) return seconds(this.#decoder.timestamp(), timeBase);
    }
    return undefined;
  }

  #openWriter(findings: Findings): void {
    const { muxer } = this.#container;
    const { part, output } = this.#job;
    const tags = this.#tags;
    const metadata = tags.ofFile(this.#reader.format.metadata?.getAll(), this.#container.date);
    const room = this.#reserveChapters(metadata);
    const apple =
      !room && muxer === 'mov' && Object.keys(metadata).some((name) => name.startsWith('com.apple.'));
    const writer = new Writer(
      fileUrl(part),
      output,
      this.#container,
      apple ? { movflags: '+faststart+use_metadata_tags' } : {},
    );
    this.#writer = writer;
    writer.setMetadata(room ? { ...metadata, [room.key]: room.value } : metadata);
    const { stream } = this.#reader.video;
    this.#routes = openRoutes({
      reader: this.#reader,
      writer,
      container: this.#container,
      range: this.#range,
      tags,
      findings,
      drop: (name, why) => this.#drop(name, why),
      isTrimmed: Boolean(this.#job.settings.start),
      warnings: this.#warnings,
      addVideo: () => {
        const track = writer.add(this.#clock.timeBase, tags.kept(stream.metadata?.getAll()));
        track.stream.disposition = stream.disposition;
        this.#track = track;
      },
    });
  }

  /** Reads the chapters, and reserves room for them in an mp4 file. */
  #reserveChapters(metadata: Readonly<Record<string, string>>): { key: string; value: string } | undefined {
    const { input } = this.#job;
    const { chapters: format } = this.#container;
    if (typeof input !== 'string' || !format) return undefined;
    const all = readChapters(input, this.#reader.format.iformat?.name ?? '').map((chapter) => ({
      ...chapter,
      title: this.#tags.kept({ title: chapter.title })['title'] ?? '',
    }));
    this.#chapters = all;
    const { from, to } = this.#range;
    const chapters = trimChapters(all, from, to - from);
    return format === 'mp4' && chapters.length > 0 ? reserveMp4(chapters, metadata) : undefined;
  }

  #writeChapters(end: number): void {
    const { chapters: format } = this.#container;
    const { clock } = this.#reader;
    const placed = this.#chapters.map(({ start, end: last, title }) => ({
      start: clock.position(start),
      end: last === undefined ? undefined : clock.position(last),
      title,
    }));
    const { from, to } = this.#range;
    const chapters = trimChapters(placed, from, Math.min(end, to - from));
    if (!format || chapters.length === 0) return;
    if (!writeChapters(this.#job.part, format, chapters))
      this.#warn('CHAPTERS_DROPPED', 'The chapters were left out: there was no room for them.');
  }

  async #readAll(packet: Packet, processor: Processor): Promise<void> {
    const { index } = this.#reader.video;
    while (!this.#finished() && this.#job.poll() === 'go' && this.#reader.read(packet)) {
      if (packet.streamIndex !== index) {
        this.#routes.get(packet.streamIndex)?.take(packet);
      } else if (!this.#done) {
        await this.#decode(packet, processor);
      }
      packet.unref();
    }
  }

  async #decode(packet: Packet, processor: Processor): Promise<void> {
    const timestamp = known(packet.pts) ?? known(packet.dts);
    const time = timestamp === undefined ? this.#range.from : seconds(timestamp, this.#reader.video.timeBase);
    const before = this.#preroll ? this.#preroll.take(packet, time) : [];
    if (!before) return;
    for (const each of before) {
      this.#decoder.send(each);
      each.free();
      await this.#processFrames(processor);
    }
    this.#decoder.send(packet);
    await this.#processFrames(processor);
  }

  /** Whether everything in the range has been read. */
  #finished(): boolean {
    if (!this.#done) return false;
    for (const route of this.#routes.values())
      if (!route.isPast()) return this.#reader.end > this.#range.to + 2;
    return true;
  }

  async #processFrames(processor: Processor): Promise<void> {
    const { timeBase } = this.#reader.video;
    const decoder = this.#decoder;
    const { num, den } = this.#reader.frameRate;
    const usual = den / num;
    while (decoder.receive()) {
      const timestamp = decoder.timestamp();
      const time = seconds(timestamp, timeBase);
      if (isBefore(time, this.#range) || this.#done) continue;
      if (isAfter(time, this.#range)) {
        this.#done = true;
        continue;
      }
      const { duration } = decoder.frame;
      const shownFor = duration > 0n ? seconds(duration, timeBase) : usual;
      this.#damage.note(time, shownFor);
      this.#preparer ??= this.#openPreparer();
      const prepared = this.#preparer.prepare(decoder.frame);
      this.#noteShape(prepared, processor);
      const output = await processor.process(prepared.frame, Math.round((time - this.#range.from) * 1e6));
      if (processor.isEmpty) this.#emptySeconds += shownFor;
      this.#encoder ??= this.#openEncoder(output, prepared);
      const pts = this.#clock.next(timestamp, duration);
      this.#encoder.encode(output, pts, decoder.frame, this.#write);
      this.#frames++;
      this.#lastTime = time;
      this.#report();
      if (this.#job.poll() === 'stop') this.#done = true;
    }
  }

  /** Earlier frames say nothing about one of another shape. */
  #noteShape({ shape, isChanged }: Prepared, processor: Processor): void {
    if (isChanged) processor.reset();
    if (this.#reshaped || !this.#canvas || isSameShape(shape, this.#canvas)) return;
    this.#reshaped = true;
    const { width, height } = this.#canvas;
    this.#warn(
      'SIZE_CHANGED',
      `The video changes its size or its aspect ratio: everything was fitted into ${width}x${height}.`,
    );
  }

  readonly #write = (packet: Packet): void => {
    if (this.#writer && this.#track) this.#writer.write(this.#track, packet);
  };

  #openPreparer(): Preparer {
    const { parameters } = this.#reader.video;
    const refuse = (why: string) => new MediaError('INPUT_UNSUPPORTED', `${this.#reader.name} ${why}.`);
    // The third byte is the profile. Profile 5 has colours of its own, without a base layer that other decoders can show.
    if (parameters.getCodedSideData(AV_PKT_DATA_DOVI_CONF)?.[2] === 5) {
      throw refuse('is Dolby Vision of profile 5, which is not supported');
    }
    const shapes = new ShapeReader(this.#reader.video);
    this.#canvas ??= shapes.read(this.#decoder.frame);
    this.#orientation = this.#container.holdsRotation ? this.#canvas.orientation : undefined;
    return new Preparer({ shapes, canvas: this.#outputShape(this.#canvas), refuse });
  }

  /** The shape of the output's frames: upright where its container has no rotation. */
  #outputShape(canvas: Shape): Shape {
    return this.#container.holdsRotation ? canvas : uprightShape(canvas);
  }

  #openEncoder(frame: Prepared['frame'], { plan, shape }: Prepared): Encoder {
    const { sampleAspectRatio } = this.#outputShape(this.#canvas ?? shape);
    const { format: layout, width, height } = frame;
    const side = this.#codec.minimumSide;
    if (Math.min(width, height) < side) {
      throw new MediaError(
        'OUTPUT_UNSUPPORTED',
        `${this.#codec.title} cannot encode frames of ${width}x${height}: the smallest are ${side}x${side}.`,
      );
    }
    if (plan.warning) this.#warnings.push(plan.warning);
    const encoder = new Encoder({
      codec: this.#codec,
      options: this.#options,
      layout,
      width,
      height,
      timeBase: this.#clock.timeBase,
      frameRate: this.#clock.frameRate,
      sampleAspectRatio,
      tags: plan.tags,
      globalHeader: this.#writer?.globalHeader ?? false,
      reorder: this.#container.timing === 'exact',
      constant: this.#container.timing !== 'exact',
    });
    if (encoder.width !== width || encoder.height !== height) {
      this.#warn(
        'SIZE_CHANGED',
        `${this.#codec.title} has even sizes only: the frame was extended from ${width}x${height} to ${encoder.width}x${encoder.height} by repeating its edge.`,
      );
    }
    this.#startWriting(encoder);
    return encoder;
  }

  #startWriting(encoder: Encoder): void {
    const track = this.#track;
    if (!track || !this.#writer) throw new Error('The video has no track in the output.');
    const { stream } = track;
    const { muxer } = this.#container;
    encoder.context.parametersFromContext(stream.codecpar);
    if (this.#codec.encoder === 'libx265' && (muxer === 'mp4' || muxer === 'mov'))
      stream.codecpar.codecTag = 'hvc1';
    stream.sampleAspectRatio = encoder.context.sampleAspectRatio;
    const { avgFrameRate, rFrameRate } = this.#reader.video.stream;
    if (this.#container.timing !== 'exact' || avgFrameRate.equals(rFrameRate)) {
      stream.avgFrameRate = encoder.context.framerate;
    }
    if (this.#orientation)
      stream.codecpar.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, this.#orientation.matrix);
    const { num, den } = this.#reader.frameRate;
    this.#writer.maxWait = Math.max(10, (64 * den) / num);
    this.#writer.start();
  }

  #report(): void {
    const now = performance.now();
    if (now - this.#reported < PROGRESS_INTERVAL) return;
    this.#reported = now;
    this.#job.onProgress(this.#progress());
  }

  #progress(): ConversionProgress {
    const end = Math.min(this.#range.to, this.#reader.statedEnd ?? Number.POSITIVE_INFINITY);
    const total = end - this.#range.from;
    const seconds = Math.max(0, this.#lastTime - this.#range.from);
    const progress = { frames: this.#frames, seconds };
    // A recording whose clock jumps may be longer than it states.
    return Number.isFinite(total) ? { ...progress, totalSeconds: Math.max(seconds, total) } : progress;
  }

  #finish(): TranscodeResult {
    const encoder = this.#encoder;
    if (!encoder || !this.#writer) throw this.#noFrames();
    this.#job.onProgress(this.#progress());
    for (const route of this.#routes.values()) route.finish();
    encoder.finish(this.#clock.lastDuration(), this.#write);
    this.#writer.finish();
    this.#writeChapters(Math.max(this.#reader.end - this.#range.from, 0));
    this.#warnOfJumps();
    const stopped = this.#done || this.#job.poll() === 'stop';
    if (this.#decoder.deinterlaces) {
      const message =
        'The recording is interlaced: it was deinterlaced, one frame for each of its frames (deinterlace: off leaves them).';
      this.#warn('DEINTERLACED', message);
    }
    const nobody = nobodyFound(this.#emptySeconds, this.#clock.end);
    if (nobody) this.#warnings.push(nobody);
    for (const { title, packets } of this.#writer.refusals) {
      if (packets === 'all') this.#drop(title, 'it is damaged');
      else this.#loseTrack('INPUT_DAMAGED', `${title} is damaged: ${packets} of its packets were left out.`);
    }
    const { lostSeconds = this.#lostTrack ? 0 : undefined, warnings } = this.#damage.report(
      this.#decoder.damaged,
      stopped,
    );
    return {
      frames: this.#frames,
      ...displayedSize(encoder, this.#orientation),
      codedWidth: encoder.width,
      codedHeight: encoder.height,
      seconds: this.#clock.end,
      warnings: [...this.#warnings, ...this.#tags.warnings, ...warnings],
      ...(nobody && { emptySeconds: this.#emptySeconds }),
      ...(lostSeconds === undefined ? {} : { lostSeconds }),
    };
  }

  #warn(code: ConversionWarningCode, message: string): void {
    this.#warnings.push({ code, message });
  }

  /** Leaves out a damaged track beside the video. */
  #drop(title: string, why: string): void {
    const [code, verb] = title.startsWith('Subtitles')
      ? (['SUBTITLES_DROPPED', 'were'] as const)
      : title.startsWith('Sound')
        ? (['AUDIO_DROPPED', 'was'] as const)
        : (['DATA_DROPPED', 'was'] as const);
    this.#loseTrack(code, `${title} ${verb} left out: ${why}.`);
  }

  #loseTrack(code: ConversionWarningCode, message: string): void {
    this.#lostTrack = true;
    this.#warn(code, message);
  }

  #warnOfJumps(): void {
    const { startTime, clock, name } = this.#reader;
    const jumps = clock.jumps.filter(({ at }) => at < this.#range.to);
    const [first] = jumps;
    if (!first) return;
    const many = jumps.length === 1 ? 'jumps' : `jumps ${jumps.length} times, first`;
    const { at, by } = first;
    const how = by < 0 ? `back by ${(-by).toFixed(1)} s` : `ahead by ${by.toFixed(1)} s`;
    this.#warn(
      'CLOCK_JUMPED',
      `The clock of ${name} ${many} ${how} at second ${(at - startTime).toFixed(1)}: what follows was put behind what comes before.`,
    );
  }

  #noFrames(): MediaError {
    const { name, end, startTime } = this.#reader;
    const duration = Math.max(this.#reader.duration ?? 0, end - startTime);
    const { start } = this.#job.settings;
    if (start && start >= duration) {
      return new MediaError(
        'INPUT_UNSUPPORTED',
        `${name} is ${duration.toFixed(2)} seconds long: nothing is left after second ${start}.`,
      );
    }
    return new MediaError(
      'INPUT_UNREADABLE',
      `No frame of ${name} could be decoded: it is damaged, or too short.`,
    );
  }
}

/**
 * Where a recording begins, in seconds of its own clock. Where frames lie on a grid, a first one that is late by less than a frame is
 * shown at once: sound begins with it, and stays with it.
 */
function startOf({ startTime, video, frameRate }: Reader, { timing }: Container): number {
  const first = known(video.stream.startTime);
  if (timing === 'exact' || first === undefined) return startTime;
  const late = seconds(first, video.timeBase) - startTime;
  return late > 0 && late < frameRate.den / frameRate.num ? startTime + late : startTime;
}

/** The size at which the encoded frames are displayed: upright, with square pixels. */
function displayedSize(
  { width, height, context }: Encoder,
  orientation: Orientation | undefined,
): { width: number; height: number } {
  const { num, den } = context.sampleAspectRatio;
  const wide = num > den && den > 0 ? Math.round((width * num) / den) : width;
  const high = num < den && num > 0 ? Math.round((height * den) / num) : height;
  return orientation && isSideways(orientation.rotation)
    ? { width: high, height: wide }
    : { width: wide, height: high };
}
