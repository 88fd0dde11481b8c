import type { Background } from '../../background/background.js';
import type { FrameShape } from '../../frame/frame.js';
import type { Commands } from '../../gpu/commands.js';
import type { FrameTexture, MatteTexture } from '../../gpu/memory.js';
import { Readback } from '../../gpu/readback.js';
import type { PipelineSettings } from '../../options.js';
import { type Affines, ColorMatch, UNCHANGED } from '../color-match.js';
import { SAMPLES_BYTES } from '../color-samples.js';
import { lightWrapOf } from '../light-wrap.js';
import { Toning } from '../toning.js';
import { GpuCompositor } from './compositor.js';
import { GpuColorProbe, samplesOf } from './probe.js';

/** What of the settings is looked at. */
type Look = Pick<PipelineSettings, 'lightWrap' | 'colorMatch' | 'brightness' | 'warmth'>;

/** Samples that are on their way. */
interface Note {
  readonly place: object;
  readonly strength: number;
  readonly timestamp: number;
}

/**
 * The person over the background on the GPU: the CPU way's `Compositor`. The colours that are matched come back a frame or
 * two late; they follow over seconds anyway.
 */
export class GpuCompositingStage {
  readonly #compositor: GpuCompositor;
  readonly #probe: GpuColorProbe;
  readonly #readback: Readback<Note>;
  readonly #match = new ColorMatch();
  readonly #toning = new Toning();
  readonly #frame: FrameShape;

  /**
   * @param device - Where it runs.
   * @param frame - What the frames are like.
   */
  constructor(device: GPUDevice, frame: FrameShape) {
    this.#frame = frame;
    this.#compositor = new GpuCompositor(device, frame);
    this.#probe = new GpuColorProbe(device);
    this.#readback = new Readback(device, 2 * SAMPLES_BYTES, (result, { place, strength, timestamp }) => {
      this.#match.follow(samplesOf(result, frame.colorSpace), place, strength, timestamp);
    });
  }

  /**
   * Puts the person over a background; where that is `transparent`, the picture is the person in straight alpha.
   *
   * @param commands - Where.
   * @param source - The frame.
   * @param matte - Its matte.
   * @param backdrop - What is behind the person.
   * @param background - What the backdrop was made of.
   * @param look - How the person is to look.
   * @param timestamp - The frame's, in microseconds.
   * @param target - Receives the picture.
   */
  encode(
    commands: Commands,
    source: FrameTexture,
    matte: MatteTexture,
    backdrop: FrameTexture,
    background: Background,
    look: Look,
    timestamp: number,
    target: FrameTexture,
  ): void {
    const hasLight = background.type === 'image' || background.type === 'video';
    const strength = hasLight ? look.colorMatch : 0;
    const how = {
      estimates: true,
      lightWrap: lightWrapOf(background, look.lightWrap),
      isStill: background.type !== 'video',
      changes: this.#tone(look, strength > 0 ? this.#match.planes : UNCHANGED),
      straight: background.type === 'transparent',
    };
    this.#compositor.encode(commands.pass, source, matte, backdrop, how, target);
    if (strength === 0) return;
    this.#probe.encode(commands.pass, source, matte, backdrop);
    this.#readback.encode(commands.encoder, this.#probe.samples, { place: backdrop, strength, timestamp });
  }

  /** To be called when the commands have been submitted. */
  afterSubmit(): void {
    this.#readback.afterSubmit();
  }

  /** Gives the memory back. */
  dispose(): void {
    this.#compositor.dispose();
    this.#probe.dispose();
    this.#readback.dispose();
  }

  #tone({ brightness, warmth }: Look, planes: Affines): Affines {
    if (brightness === 0 && warmth === 0) return planes;
    return this.#toning.run(planes, brightness, warmth, this.#frame.colorSpace);
  }
}
