import { signal } from '@preact/signals';

/** Whether the camera's own picture is shown beside the processed one. */
export const isComparing = signal(false);
