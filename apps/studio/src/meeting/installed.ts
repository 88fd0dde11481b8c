import type { Way } from './ways.js';

/** The extension's id in Chromium: it follows from the `key` in `apps/extension/build/manifest.mjs`. */
export const EXTENSION_ID = 'mefgiicfhfnpdapcdahminnlcecojkgo';

/** The camera labels that show that a virtual camera is available. */
const CAMERAS = { 'virtual-camera': /^Elsewhere/, obs: /^OBS Virtual Camera/ } as const;

/** What pages have of `chrome.runtime` where an extension takes messages from them. */
interface Runtime {
  sendMessage(id: string, message: unknown, respond: (answer: unknown) => void): void;
  readonly lastError?: unknown;
}

/**
 * Whether what a way needs is there already.
 *
 * @returns `undefined` if a page cannot find out: extensions answer in Chromium only, and cameras have names only once a page has
 * been allowed to use one.
 */
export async function isInstalled(way: Way): Promise<boolean | undefined> {
  if (way === 'extension') return isExtensionInstalled();
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const labels = devices.flatMap(({ kind, label }) => (kind === 'videoinput' && label ? [label] : []));
  return labels.length === 0 ? undefined : labels.some((label) => CAMERAS[way].test(label));
}

async function isExtensionInstalled(): Promise<boolean | undefined> {
  const { runtime } = (globalThis as { chrome?: { runtime?: Runtime } }).chrome ?? {};
  if (!runtime) return undefined;
  return new Promise((resolve) => {
    runtime.sendMessage(EXTENSION_ID, { type: 'present' }, (answer) => {
      // An error that is not looked at is printed.
      resolve(!runtime.lastError && answer === true);
    });
  });
}
