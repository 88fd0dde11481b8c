import { signal } from '@preact/signals';
import {
  changeSettings,
  DEFAULT_SETTINGS,
  followSettings,
  type OwnImage,
  readImages,
  type Settings,
} from '../settings.js';
import { allowSites, originOf } from '../sites.js';

/** The settings, as they are stored. */
export const settings = signal<Settings>(DEFAULT_SETTINGS);

/** The user's images with their ids. */
export const images = signal<readonly (readonly [id: string, image: OwnImage])[]>([]);

/** The page in front of which the popup was opened. */
export interface OpenedPage {
  readonly tab: number;
  /** Its origin, where there can be a camera. */
  readonly site: string | undefined;
  /** Other sites in its frames that may use the camera. */
  readonly embedded: readonly string[];
  /** Whether Elsewhere was on when it was loaded. */
  readonly isReady: boolean;
}

/** The present page; `undefined` until it is known. */
export const openedPage = signal<OpenedPage | undefined>(undefined);

/** The cameras' labels, where the extension may see them. */
export const cameras = signal<readonly string[]>([]);

/** Reads everything. */
export async function loadState(): Promise<void> {
  await followSettings((followed) => {
    settings.value = followed;
  });
  await Promise.all([loadImages(), loadPage(), loadCameras()]);
}

/** Reads the user's images. */
export async function loadImages(): Promise<void> {
  images.value = await readImages();
}

/** Changes settings, here at once. */
export function change(changes: Partial<Settings>): void {
  settings.value = { ...settings.value, ...changes };
  void changeSettings(changes);
}

/** Turns Elsewhere on for sites, or off. The browser asks for a permission where there is none. */
export async function turn(on: boolean, sites: readonly string[]): Promise<void> {
  // First, while the browser still knows that the user has clicked.
  if (on && !(await allowSites(sites))) return;
  const others = settings.value.sites.filter((each) => !sites.includes(each));
  change({ sites: on ? [...others, ...sites] : others });
}

/** The tab: the one in front, or, in a tab of the popup's own, the one that its address names. */
async function loadPage(): Promise<void> {
  const named = new URLSearchParams(location.search).get('tab');
  const tab = named
    ? await chrome.tabs.get(Number(named))
    : (await chrome.tabs.query({ active: true, currentWindow: true }))[0];
  if (tab?.id === undefined) return;
  const site = originOf(tab.url);
  const found = site ? await survey(tab.id) : undefined;
  const embedded = (found?.frames ?? []).map(originOf).filter((each) => each !== undefined && each !== site);
  openedPage.value = {
    tab: tab.id,
    site,
    embedded: [...new Set(embedded)] as string[],
    isReady: found?.isReady ?? false,
  };
}

/** Looks into the page, which a click on the extension's button allows. */
async function survey(tabId: number): Promise<{ isReady: boolean; frames: readonly string[] } | undefined> {
  const [injected] = await chrome.scripting
    .executeScript({
      target: { tabId },
      func: () => ({
        isReady: (globalThis as { elsewhereSince?: string }).elsewhereSince === 'start',
        frames: [...document.querySelectorAll('iframe')]
          .filter((frame) => frame.allow.includes('camera'))
          .map((frame) => frame.src),
      }),
    })
    .catch(() => []);
  return injected?.result;
}

async function loadCameras(): Promise<void> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  cameras.value = devices
    .filter(({ kind, label }) => kind === 'videoinput' && label !== '')
    .map(({ label }) => label);
}

/** Whether a site of the list is on. */
export function isOn(sites: readonly string[]): boolean {
  return sites.every((each) => settings.value.sites.includes(each));
}
