import type { Signal } from '@preact/signals';
import { output } from './engine.js';

/** What the studio's window offers to the windows that it opened. */
interface Studio {
  readonly output: Signal<MediaStream | undefined>;
}

declare global {
  interface Window {
    elsewhere?: Studio;
  }
}

/** Lets the output's window show what this one has processed already. */
export function shareOutput(): void {
  window.elsewhere = { output };
}

/** The window that opened this one, where it is a studio that is still there. */
export function openingStudio(): Studio | undefined {
  const opener = window.opener as Window | null;
  try {
    return opener && !opener.closed ? opener.elsewhere : undefined;
  } catch {
    // Somebody else's page.
    return undefined;
  }
}
