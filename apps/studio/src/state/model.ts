import { signal } from '@preact/signals';
import { ASSETS } from './assets.js';
import { isString, stored } from './stored.js';

/** The network that comes with the page. */
export const DEFAULT_MODEL = 'selfie-landscape';

/** The networks to choose from, with their files. Most users never need another one. */
const FILES: Readonly<Record<string, string>> = {
  [DEFAULT_MODEL]: 'selfie_segmentation_landscape.tflite',
  'deeplab-v3': 'deeplabv3_257_mv_gpu.tflite',
};

/** The available networks. */
export const models = signal<readonly string[]>([DEFAULT_MODEL]);

/** The chosen network. */
export const model = stored('model', DEFAULT_MODEL, isString);

/** Updates the available networks. A chosen one that is missing is deselected. */
export async function findModels(): Promise<void> {
  const there = await listFiles();
  models.value = Object.keys(FILES).filter((id) => id === DEFAULT_MODEL || there.includes(FILES[id] ?? ''));
  if (!models.value.includes(model.value)) model.value = DEFAULT_MODEL;
}

/** Whether an error's code says that a network is damaged, missing or of no use. */
export function isOfModel(code: string): boolean {
  return code.startsWith('MODEL_') || code === 'CLASS_UNKNOWN' || code === 'ASSET_MISSING';
}

async function listFiles(): Promise<readonly unknown[]> {
  try {
    const list: unknown = await (await fetch(new URL('models.json', ASSETS))).json();
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
