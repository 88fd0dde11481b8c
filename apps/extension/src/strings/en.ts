import { GALLERY_TITLES } from '@elsewhere/gallery';

/** All texts of the extension's pages. German has the same ones: see `de.ts`. */
export const en = {
  popup: {
    site: (site: string) => `On for ${site}`,
    noSite: 'Open a meeting in this tab to turn Elsewhere on for it.',
    reload: 'Reload the page to start.',
    reloadNow: 'Reload',
    offHint: 'Off: a running call shows your camera as it is.',
    hide: 'Hide me now',
    show: 'Show me again',
    hiddenHint: 'Only your background is shown.',
    preview: 'Preview',
    previewOf: { call: 'Your call', camera: 'Your camera', drawn: 'Demonstration' },
    tryCamera: 'Preview with your camera',
    backgrounds: 'Backgrounds',
    lightBlur: 'Light blur',
    strongBlur: 'Strong blur',
    strength: 'Blur strength',
    own: 'Your own',
    add: 'Add image',
    remove: (name: string) => `Remove ${name}`,
    unreadable: (name: string) =>
      `Can’t read ${name}: it is not an image that this browser knows. Try JPEG, PNG or WebP.`,
    full: 'Can’t store another image: remove one first.',
    colors: 'Plain colours',
    color: (color: string) => `Colour ${color}`,
    quality: 'Quality',
    qualities: {
      auto: 'Auto',
      highest: 'Highest',
      high: 'High',
      medium: 'Medium',
      low: 'Low',
      lowest: 'Battery saver',
    },
    camera: 'Camera',
    pageChooses: 'The one that the page chooses',
    sites: 'Sites',
    sitesHint: 'Elsewhere sees only the sites that you turn on.',
    shortcuts: 'Shortcuts can be changed in the browser’s extension settings.',
    private: 'Everything happens on this device.',
  },
  camera: {
    title: 'Preview with your camera',
    why: 'Elsewhere asks for your camera once, to show you the preview and to list your cameras. In meetings the meeting’s page asks, as always.',
    allow: 'Allow the camera',
    allowed: 'Done. Close this tab and open Elsewhere again.',
    denied:
      'The camera is blocked for Elsewhere. Click the camera or the lock in the address bar, allow it, and try again.',
    missing: 'There is no camera here. Plug one in and try again.',
  },
  drawnBackgrounds: GALLERY_TITLES.en,
};

/** The texts that a language must have. */
export type Strings = Omit<typeof en, 'drawnBackgrounds'> & {
  readonly drawnBackgrounds: Readonly<Record<keyof typeof GALLERY_TITLES.en, string>>;
};
