import { effect, signal } from '@preact/signals';
import { statistics } from './engine.js';

/** The number of seconds that are recorded. */
export const SECONDS = 60;

/** Frames per second, one value for each second, the oldest first. */
export const frameRates = signal<readonly number[]>([]);

effect(() => {
  const now = statistics.value;
  if (now) frameRates.value = [...frameRates.peek(), now.framesPerSecond].slice(-SECONDS);
});
