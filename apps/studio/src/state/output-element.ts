import { signal } from '@preact/signals';

/** The video element of the output, while it is mounted. */
export const outputElement = signal<HTMLVideoElement | null>(null);
