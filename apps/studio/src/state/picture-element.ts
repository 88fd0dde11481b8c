import { signal } from '@preact/signals';

/** The video in which the picture is shown, where it is shown. */
export const pictureElement = signal<HTMLVideoElement | null>(null);
