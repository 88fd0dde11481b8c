import { signal } from '@preact/signals';

/** What did not work, for the user. */
export const problem = signal<string | undefined>(undefined);
