import type { Signal } from '@preact/signals';
import { output } from './engine.js';

/** What the studio's window shares with windows that it opened. */
interface Studio {
  readonly output: Signal<MediaStream | undefined>;
}

declare global {
  interface Window {
    elsewhere?: Studio;
  }
}

/** Shares the output with the output window, which then needs no processing of its own. */
export function shareOutput(): void {
  window.elsewhere = { output };
}

/** The studio in the window that opened this one, if it is still open. */
export function openingStudio(): Studio | undefined {
  const opener = window.opener as Window | null;
  try {
    return opener && !opener.closed ? opener.elsewhere : undefined;
  } catch {
    // The opener is a page of another origin.
    return undefined;
  }
}
