import type { Random } from '../../packages/engine/test/network/support/random-model.js';
import type { Outcome } from './check.js';

/** The kinds of files that are damaged. */
export const KINDS = ['media', 'image', 'model', 'invitation'] as const;
export type Kind = (typeof KINDS)[number];

/** A folder, and what the cases of a kind are made of. */
export interface Setup {
  /** For the files that all cases read. */
  readonly shared: string;
  /** Of one case, empty before it. */
  readonly folder: string;
}

/** Makes one case and runs it. Rejects with a `Fault`, or anything unexpected. */
export type Case = (random: Random, setup: Setup) => Promise<Outcome>;

/** What the child says of a case. */
export interface Verdict {
  readonly seed: number;
  readonly outcome?: Outcome;
  readonly fault?: string;
  /** The most memory that the process has held so far, in bytes. */
  readonly memory: number;
}

/** What the child is asked to do. */
export interface Order {
  readonly kind: Kind;
  readonly seed: number;
}
