import type { ConversionProgress } from '@elsewhere/engine';
import type { ConvertReport } from '@elsewhere/node';
import type { Job } from '../output.js';

/** The outcome of all inputs. */
export interface Summary {
  readonly inputs: number;
  /** Inputs that were converted, damaged ones included. */
  readonly written: number;
  readonly damaged: number;
  readonly failed: number;
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
  /** Something to print at once. */
  note(sentence: string): void;
  /** Everything is done. */
  end(summary: Summary): void;
}
