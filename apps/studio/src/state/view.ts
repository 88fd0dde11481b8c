import { signal } from '@preact/signals';

/** Whether the unprocessed camera is shown next to the output. */
export const isComparing = signal(false);
