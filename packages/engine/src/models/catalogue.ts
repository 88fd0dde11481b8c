import { EngineError } from '../errors.js';
import type { CatalogueModel } from './model.js';
import { PASCAL_VOC_CLASSES } from './pascal-voc.js';

/** The models that have a name. */
export const MODEL_CATALOGUE: readonly CatalogueModel[] = [
  {
    id: 'selfie-landscape',
    title: 'MediaPipe Selfie Segmentation, landscape: one person in front of a camera, fast',
    source: {
      kind: 'package',
      package: '@mediapipe/selfie_segmentation',
      path: 'selfie_segmentation_landscape.tflite',
    },
    bytes: 249792,
    sha256: '4aafe6223bb8dac6fac8ca8ed56852870a33051ef3f6238822d282a109962894',
    input: { width: 256, height: 144, valueRange: [0, 1] },
    output: { kind: 'confidence' },
    runtime: 'elsewhere',
    licence: 'Apache-2.0',
    reference: 'https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter#selfie-model',
  },
  {
    id: 'selfie-square',
    title: 'MediaPipe Selfie Segmentation, square: upright frames and small people',
    source: {
      kind: 'package',
      package: '@mediapipe/selfie_segmentation',
      path: 'selfie_segmentation.tflite',
    },
    bytes: 249024,
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
    input: { width: 256, height: 256, valueRange: [0, 1] },
    output: { kind: 'confidence' },
    runtime: 'elsewhere',
    licence: 'Apache-2.0',
    reference: 'https://ai.google.dev/edge/mediapipe/solutions/vision/image_segmenter#selfie-model',
  },
  {
    id: 'deeplab-v3',
    title: 'DeepLab v3, MobileNet v2: the 21 classes of Pascal VOC, people, cats and dogs among them',
    source: {
      kind: 'url',
      url: 'https://storage.googleapis.com/download.tensorflow.org/models/tflite/gpu/deeplabv3_257_mv_gpu.tflite',
    },
    bytes: 2779264,
    sha256: '68a539782c2c6a72f8aac3724600124a85ed977162b44e84cbae5db717c933c6',
    input: { width: 257, height: 257, valueRange: [-1, 1] },
    output: { kind: 'classes', classNames: PASCAL_VOC_CLASSES },
    runtime: 'elsewhere',
    licence: 'Apache-2.0',
    reference: 'https://arxiv.org/abs/1706.05587',
  },
];

/** The id of the default model. */
export const DEFAULT_MODEL = 'selfie-landscape';

/** The id of the model for the region of interest, beside the default model. */
export const CLOSE_MODEL = 'selfie-square';

/**
 * Looks a model up in the {@link MODEL_CATALOGUE}.
 *
 * @param id - The model's id.
 * @throws {@link EngineError} `MODEL_UNKNOWN` if there is none of that id.
 */
export function findModel(id: string): CatalogueModel {
  const model = MODEL_CATALOGUE.find((candidate) => candidate.id === id);
  if (!model) {
    const known = MODEL_CATALOGUE.map((candidate) => candidate.id).join(', ');
    throw new EngineError('MODEL_UNKNOWN', `There is no model '${id}'. Known models: ${known}.`);
  }
  return model;
}
