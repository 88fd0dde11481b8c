import type { VirtualBackgroundOptions } from '@elsewhere/web';
import { oneOf, stored } from './stored.js';

/** The backends to choose from. */
export type BackendChoice = NonNullable<VirtualBackgroundOptions['backend']>;

/** `auto` selects the cheaper one. */
export const BACKENDS: readonly BackendChoice[] = ['auto', 'cpu', 'gpu'];

/** The chosen backend. */
export const backend = stored<BackendChoice>('backend', 'auto', oneOf(BACKENDS));
