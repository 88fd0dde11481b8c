import { addImage } from '../settings.js';

/** Larger images are scaled down: no camera's frames have more pixels. */
const MAX = { width: 1920, height: 1080 } as const;

/**
 * Stores an image of the user's.
 *
 * @returns Its id.
 * @throws DOMException `InvalidStateError` if the browser cannot read the file; Error if there is no room for it.
 */
export async function storeImage(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, Math.max(MAX.width / bitmap.width, MAX.height / bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(scale * bitmap.width), Math.round(scale * bitmap.height));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
  return addImage({ name: file.name, url: await toDataUrl(blob), added: Date.now() });
}

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
