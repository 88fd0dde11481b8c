import { signal } from '@preact/signals';
import { ASSETS } from './assets.js';
import { isString, stored } from './stored.js';

const DEFAULT = 'selfie-landscape';

/** The networks that can be chosen, with the files that they need; most people never know that there is more than one. */
const FILES: Readonly<Record<string, string>> = {
  [DEFAULT]: 'selfie_segmentation_landscape.tflite',
  'deeplab-v3': 'deeplabv3_257_mv_gpu.tflite',
};

/** Those that are there. */
export const models = signal<readonly string[]>([DEFAULT]);

/** The chosen one. */
export const model = stored('model', DEFAULT, isString);

/** Asks which ones there are. One that was chosen and is gone is chosen no more. */
export async function findModels(): Promise<void> {
  const there = await listFiles();
  models.value = Object.keys(FILES).filter((id) => id === DEFAULT || there.includes(FILES[id] ?? ''));
  if (!models.value.includes(model.value)) model.value = DEFAULT;
}

async function listFiles(): Promise<readonly unknown[]> {
  try {
    const list: unknown = await (await fetch(new URL('models.json', ASSETS))).json();
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
