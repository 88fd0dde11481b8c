import { signal } from '@preact/signals';
import { createStore, del, entries, set, type UseStore } from 'idb-keyval';

/** A user's image or video. */
export interface OwnBackground {
  readonly id: string;
  readonly name: string;
  readonly type: 'image' | 'video';
  readonly blob: Blob;
  /** An object URL for the page. */
  readonly url: string;
}

interface Kept {
  readonly name: string;
  readonly type: 'image' | 'video';
  readonly blob: Blob;
  readonly added: number;
}

/** All of the user's backgrounds, the oldest first. */
export const ownBackgrounds = signal<readonly OwnBackground[]>([]);

/** Resolves when stored backgrounds are loaded. */
export const ownBackgroundsLoaded: Promise<void> = load();

let opened: UseStore | undefined;

function store(): UseStore {
  opened ??= createStore('elsewhere', 'backgrounds');
  return opened;
}

async function load(): Promise<void> {
  try {
    const kept = await entries<string, Kept>(store());
    kept.sort(([, a], [, b]) => a.added - b.added);
    ownBackgrounds.value = kept.map(([id, each]) => shown(id, each));
  } catch {
    // Without storage there are none.
  }
}

/**
 * Adds and stores an image or video.
 *
 * @returns The background, or `undefined` if the browser cannot read the file.
 */
export async function addOwnBackground(file: File): Promise<OwnBackground | undefined> {
  const type = await typeOf(file);
  if (!type) return undefined;
  const id = crypto.randomUUID();
  const kept: Kept = { name: file.name, type, blob: file, added: Date.now() };
  // Without storage it lasts as long as the page.
  await set(id, kept, store()).catch(() => {});
  const own = shown(id, kept);
  ownBackgrounds.value = [...ownBackgrounds.value, own];
  return own;
}

/** Removes a background. */
export async function removeOwnBackground(id: string): Promise<void> {
  const own = ownBackgrounds.value.find((each) => each.id === id);
  if (!own) return;
  ownBackgrounds.value = ownBackgrounds.value.filter((each) => each !== own);
  URL.revokeObjectURL(own.url);
  await del(id, store()).catch(() => {});
}

function shown(id: string, { name, type, blob }: Kept): OwnBackground {
  return { id, name, type, blob, url: URL.createObjectURL(blob) };
}

/** The kind of a file, found by decoding it, because names and MIME types may be wrong. */
async function typeOf(file: File): Promise<'image' | 'video' | undefined> {
  if (!file.type.startsWith('video/')) {
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    bitmap?.close();
    if (bitmap) return 'image';
  }
  return (await isVideo(file)) ? 'video' : undefined;
}

function isVideo(file: File): Promise<boolean> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  return new Promise<boolean>((resolve) => {
    video.onloadedmetadata = () => resolve(video.videoWidth > 0);
    video.onerror = () => resolve(false);
    video.preload = 'metadata';
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
}
