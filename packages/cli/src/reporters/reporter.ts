import type { ConversionProgress } from '@elsewhere/engine';
import type { ConvertReport } from '@elsewhere/node';
import type { Job } from '../output.js';

/** How it went with all inputs. */
export interface Summary {
  readonly inputs: number;
  /** Inputs that were converted, damaged ones included. */
  readonly written: number;
  readonly damaged: number;
  readonly failed: number;
}

/** Tells what happens. Methods are called in the order in which things happen; several jobs may be under way at once. */
export interface Reporter {
  start(job: Job): void;
  progress(job: Job, progress: ConversionProgress): void;
  /** A job's result is there. Its warnings are told, too. */
  done(job: Job, report: ConvertReport): void;
  failed(job: Job, error: unknown): void;
  /** The job was given up because of an interruption, which leads to that exit code. */
  cancelled(job: Job, exitCode: number): void;
  /** Something that people should know now. */
  note(sentence: string): void;
  /** Nothing more happens. */
  end(summary: Summary): void;
}
