import type { Background } from '../../background/background.js';
import type { FrameShape } from '../../frame/frame.js';
import type { Commands } from '../../gpu/commands.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import { Readback } from '../../gpu/readback.js';
import { SAMPLES_BYTES } from '../color-samples.js';
import { type LookSettings, SubjectLook } from '../subject-look.js';
import { GpuCompositor } from './compositor.js';
import { GpuColorProbe, samplesOf } from './probe.js';

/** What samples that are read back belong to. */
interface Note {
  readonly backdrop: object;
  readonly strength: number;
  readonly timestamp: number;
}

/**
 * Puts the person over a background, in their own colours and in its light, on the GPU. The colour samples for the colour
 * match arrive a frame or two later; it follows over seconds anyway.
 */
export class GpuCompositingStage {
  readonly #compositor: GpuCompositor;
  readonly #probe: GpuColorProbe;
  readonly #readback: Readback<Note>;
  readonly #look = new SubjectLook();

  /**
   * @param device - Where it runs.
   * @param frame - Size, colour space and rotation of the frames.
   */
  constructor(device: GPUDevice, frame: FrameShape) {
    this.#compositor = new GpuCompositor(device, frame);
    this.#probe = new GpuColorProbe(device);
    this.#readback = new Readback(
      device,
      2 * SAMPLES_BYTES,
      (result, { backdrop, strength, timestamp }: Note) => {
        this.#look.follow(samplesOf(result, frame.colorSpace), backdrop, strength, timestamp);
      },
    );
  }

  /** Applies settings to a background, before each frame. */
  update(background: Background, settings: LookSettings): void {
    this.#look.update(background, settings);
  }

  /**
   * Puts the person over a background.
   *
   * @param commands - Where.
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - The background.
   * @param isStraight - Whether the output is the person in straight alpha over a black backdrop.
   * @param timestamp - The frame's, in microseconds.
   * @param target - Receives the output.
   */
  encode(
    commands: Commands,
    source: FrameTexture,
    matte: MatteTexture,
    backdrop: FrameTexture,
    isStraight: boolean,
    timestamp: number,
    target: FrameTexture,
  ): void {
    const { lightWrap, colorMatch: strength, isStill } = this.#look;
    const changes = this.#look.changes(source.colorSpace);
    const how = { estimates: true, lightWrap, isStill, changes, straight: isStraight };
    this.#compositor.encode(commands.pass, source, matte, backdrop, how, target);
    if (strength === 0) return;
    this.#probe.encode(commands.pass, source, matte, backdrop);
    this.#readback.encode(commands.encoder, this.#probe.samples, { backdrop, strength, timestamp });
  }

  /** Call when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Frees the memory. */
  dispose(): void {
    this.#compositor.dispose();
    this.#probe.dispose();
    this.#readback.dispose();
  }
}
