import type { ConversionProgress } from '@elsewhere/engine';
import type { ConvertReport } from '@elsewhere/node';
import type { Job, LeftOut } from '../output.js';
import { displayName } from '../text.js';

/** The outcome of all inputs. */
export interface Summary {
  readonly inputs: number;
  /** Inputs that were converted, damaged ones included. */
  readonly written: number;
  readonly damaged: number;
  readonly failed: number;
}

/** Says why an input is not converted. */
export function leftOutSentence({ input, madeFrom }: LeftOut): string {
  return `${displayName(input)} was left out: it is the result of ${displayName(madeFrom)}.`;
}

/** Prints what happens. Methods are called in the order of events; several jobs may run at the same time. */
export interface Reporter {
  start(job: Job): void;
  progress(job: Job, progress: ConversionProgress): void;
  /** A job is done; its warnings are printed, too. */
  done(job: Job, report: ConvertReport): void;
  failed(job: Job, error: unknown): void;
  /** The job was aborted by an interruption, which has that exit code. */
  cancelled(job: Job, exitCode: number): void;
  /** An input is not converted, because it is the result of another one. */
  leftOut(input: LeftOut): void;
  /** Something to print at once. */
  note(sentence: string): void;
  /** Everything is done. */
  end(summary: Summary): void;
}
