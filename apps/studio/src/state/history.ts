import { effect, signal } from '@preact/signals';
import { statistics } from './engine.js';

/** How many seconds are remembered. */
export const SECONDS = 60;

/** Frames a second, one figure a second, the oldest first. */
export const frameRates = signal<readonly number[]>([]);

effect(() => {
  const now = statistics.value;
  if (now) frameRates.value = [...frameRates.peek(), now.framesPerSecond].slice(-SECONDS);
});
