import type { WebQuality } from '@elsewhere/web';

/** What the user has chosen as the background. */
export type Choice =
  | { readonly kind: 'blur' | 'bokeh'; readonly strength: number }
  | { readonly kind: 'color'; readonly color: string }
  /** Of the gallery. */
  | { readonly kind: 'drawn'; readonly id: string }
  /** An image of the user's. */
  | { readonly kind: 'own'; readonly id: string };

/** What the user has set, for all sites. */
export interface Settings {
  readonly background: Choice;
  readonly quality: WebQuality;
  /** The camera's label; empty if the page chooses. */
  readonly camera: string;
  /** The background alone is shown. */
  readonly hidden: boolean;
  /** The origins of the sites where Elsewhere is on. */
  readonly sites: readonly string[];
}

/** An image of the user's. Frames of the extension in other pages have no database, so images are kept with the settings. */
export interface OwnImage {
  readonly name: string;
  /** A `data:` URL of at most 1920x1080 pixels. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly added: number;
}

export const DEFAULT_SETTINGS: Settings = {
  background: { kind: 'blur', strength: 0.6 },
  quality: 'auto',
  camera: '',
  hidden: false,
  sites: [],
};

const IMAGE = 'image:';

/** Reads the settings. */
export async function readSettings(): Promise<Settings> {
  const names = Object.keys(DEFAULT_SETTINGS) as (keyof Settings)[];
  return { ...DEFAULT_SETTINGS, ...(await chrome.storage.local.get<Settings>(names)) };
}

/** Changes some settings, for all pages at once. */
export async function changeSettings(changes: Partial<Settings>): Promise<void> {
  await chrome.storage.local.set(changes);
}

/**
 * Follows the settings. Nothing that changes after the call is missed.
 *
 * @param listener - Gets the present settings, and those after each change.
 * @returns Resolves when it has got the first ones.
 */
export async function followSettings(listener: (settings: Settings) => void): Promise<void> {
  let [lastRead, lastHeard] = [0, 0];
  const read = async () => {
    const number = ++lastRead;
    const settings = await readSettings();
    // Reads may be answered in any order.
    if (number < lastHeard) return;
    lastHeard = number;
    listener(settings);
  };
  chrome.storage.onChanged.addListener((changes, area) => {
    if (area === 'local' && Object.keys(changes).some((name) => name in DEFAULT_SETTINGS)) void read();
  });
  await read();
}

/** Reads an image of the user's. */
export async function readImage(id: string): Promise<OwnImage | undefined> {
  const key = IMAGE + id;
  return (await chrome.storage.local.get<Record<string, OwnImage>>(key))[key];
}

/** All images of the user's with their ids, the oldest first. */
export async function readImages(): Promise<readonly (readonly [id: string, image: OwnImage])[]> {
  const all = await chrome.storage.local.get<Record<string, unknown>>(null);
  const images = Object.entries(all)
    .filter(([key]) => key.startsWith(IMAGE))
    .map(([key, image]) => [key.slice(IMAGE.length), image as OwnImage] as const);
  return images.sort(([, a], [, b]) => a.added - b.added);
}

/** Stores an image, and returns its id. */
export async function addImage(image: OwnImage): Promise<string> {
  const id = crypto.randomUUID();
  await chrome.storage.local.set({ [IMAGE + id]: image });
  return id;
}

/** Removes an image. */
export async function removeImage(id: string): Promise<void> {
  await chrome.storage.local.remove(IMAGE + id);
}
