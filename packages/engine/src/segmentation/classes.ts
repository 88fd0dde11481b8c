import { EngineError } from '../errors.js';
import type { ModelDescription } from '../models/model.js';
import { LARGEST_LOGIT } from './constants.js';
import type { Segmentation } from './segmenter.js';

/** The classes that are kept by default. */
export const DEFAULT_KEEP: readonly string[] = ['person'];

/**
 * Looks up the classes to keep.
 *
 * @param classNames - The model's classes in the order of their numbers.
 * @param keep - Names of the classes to keep.
 * @returns For each class whether it is kept.
 * @throws {@link EngineError} `CLASS_UNKNOWN` if the model has no class of that name.
 */
export function chooseClasses(classNames: readonly string[], keep: readonly string[]): readonly boolean[] {
  for (const name of keep) {
    if (!classNames.includes(name)) {
      throw new EngineError(
        'CLASS_UNKNOWN',
        `The model has no class '${name}' to keep. It knows: ${classNames.join(', ')}.`,
      );
    }
  }
  return classNames.map((name) => keep.includes(name));
}

/**
 * Which of a model's classes are kept: one entry a class, none for a model that knows only people.
 *
 * @param keep - Names of the classes to keep; people if absent.
 * @throws {@link EngineError} `CLASS_UNKNOWN` if the model has no class of that name.
 */
export function keptClasses(
  { id, output }: ModelDescription,
  keep: readonly string[] | undefined,
): readonly boolean[] {
  if (output.kind === 'classes') return chooseClasses(output.classNames, keep ?? DEFAULT_KEEP);
  if (keep?.some((name) => !DEFAULT_KEEP.includes(name))) {
    throw new EngineError(
      'CLASS_UNKNOWN',
      `The model '${id}' knows only people. Choose one with classes, such as deeplab-v3, to keep ${keep.join(', ')}.`,
    );
  }
  return [];
}

/**
 * Reads the logits of a model with classes: the most likely class, whether it is kept, and as the confidence the
 * softmax probability of all kept classes together.
 *
 * @param logits - `kept.length` values a pixel, pixel by pixel.
 * @param kept - Which classes are kept.
 * @param output - Receives one value a pixel.
 * @throws {@link EngineError} `SEGMENTATION_FAILED` if a value is no logit: NaN, or beyond {@link LARGEST_LOGIT}.
 */
export function readLogits(logits: Float32Array, kept: readonly boolean[], output: Segmentation): void {
  const count = kept.length;
  for (let pixel = 0, at = 0; at < logits.length; pixel++, at += count) {
    let best = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < count; index++) {
      const logit = logits[at + index] ?? 0;
      if (!(Math.abs(logit) <= LARGEST_LOGIT)) {
        throw new EngineError(
          'SEGMENTATION_FAILED',
          'The network gave logits that are not finite or out of range: its model is damaged, or not meant for such frames.',
        );
      }
      if (logit > highest) {
        highest = logit;
        best = index;
      }
    }
    let all = 0;
    let wanted = 0;
    for (let index = 0; index < count; index++) {
      const distance = (logits[at + index] ?? 0) - highest;
      if (distance < -20) continue; // e^-20 does not show in a matte
      const weight = Math.exp(distance);
      all += weight;
      if (kept[index]) wanted += weight;
    }
    output.classes[pixel] = best;
    output.kept[pixel] = kept[best] ? 1 : 0;
    output.confidence[pixel] = wanted / all;
  }
}
