import type { Segmentation, Segmenter } from '@elsewhere/engine';
import { createLiteRtSegmenter } from '@elsewhere/engine/litert';
import { loadModel } from '@elsewhere/node';
import { loadLiteRtInNode } from '@elsewhere/node/internal/litert';
import { shrink } from '../items/scale.js';
import type { Shot } from '../items/shot.js';

/** The networks, which get the whole frame here. */
export type NetworkName = 'selfie-landscape' | 'selfie-square';

/** A network's confidence map. */
export interface Confidence {
  readonly width: number;
  readonly height: number;
  /** 0..1, row by row. */
  readonly data: Float32Array;
}

/** Runs the networks on whole frames, stretched to their inputs, once for each frame. */
export class Networks {
  readonly #segmenters = new Map<NetworkName, Promise<Segmenter>>();
  readonly #found = new WeakMap<Shot, Map<NetworkName, Promise<Confidence>>>();

  /** A network's confidence map of a shot. Do not write to it. */
  find(name: NetworkName, shot: Shot): Promise<Confidence> {
    const found = this.#found.get(shot) ?? new Map<NetworkName, Promise<Confidence>>();
    this.#found.set(shot, found);
    const confidence = found.get(name) ?? this.#run(name, shot);
    found.set(name, confidence);
    return confidence;
  }

  async #run(name: NetworkName, { rgb, size }: Shot): Promise<Confidence> {
    const loading = this.#segmenters.get(name) ?? load(name);
    this.#segmenters.set(name, loading);
    const segmenter = await loading;
    const { width, height, valueRange } = segmenter;
    const input = shrink(rgb, size, { width, height }, 3);
    const [low, high] = valueRange;
    for (let i = 0; i < input.length; i++) input[i] = low + ((high - low) * (input[i] ?? 0)) / 255;
    const output: Segmentation = {
      confidence: new Float32Array(width * height),
      classes: new Uint8Array(width * height),
      kept: new Uint8Array(width * height),
    };
    await segmenter.segment(input, output);
    return { width, height, data: output.confidence };
  }
}

async function load(name: NetworkName): Promise<Segmenter> {
  const [runtime, { model, bytes }] = await Promise.all([loadLiteRtInNode(), loadModel(name)]);
  return createLiteRtSegmenter({ runtime, model, bytes });
}
