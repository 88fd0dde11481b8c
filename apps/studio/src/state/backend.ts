import type { VirtualBackgroundOptions } from '@elsewhere/web';
import { oneOf, stored } from './stored.js';

/** What can be asked for. */
export type BackendChoice = NonNullable<VirtualBackgroundOptions['backend']>;

/** The processor, the GPU, or the cheaper one of both. */
export const BACKENDS: readonly BackendChoice[] = ['auto', 'cpu', 'gpu'];

/** The chosen one. */
export const backend = stored<BackendChoice>('backend', 'auto', oneOf(BACKENDS));
