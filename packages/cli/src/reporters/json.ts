import type { Environment } from '../environment.js';
import { type ConvertEvent, doneEvent, errorEvent, jsonLine, progressEvent } from '../json.js';
import { printError } from '../messages.js';
import type { Job } from '../output.js';
import { doneOf, SpeedMeter } from '../progress.js';
import { leftOutSentence, type Reporter } from './reporter.js';

/**
 * Writes one JSON object per line to standard output; errors also go to standard error, as sentences.
 */
export function jsonReporter(environment: Environment): Reporter {
  const meters = new Map<Job, SpeedMeter>();
  const write = (event: ConvertEvent) => environment.stdout.write(jsonLine(event));
  return {
    start(job) {
      meters.set(job, new SpeedMeter());
      write({ type: 'start', input: job.input, output: job.output });
    },
    progress(job, progress) {
      const meter = meters.get(job) ?? new SpeedMeter();
      meter.add(environment.now(), progress.frames, doneOf(progress));
      write(progressEvent(job, progress, meter.speed));
    },
    done(job, report) {
      const { input, output } = job;
      for (const warning of report.warnings) write({ type: 'warning', input, output, ...warning });
      write(doneEvent(job, report));
    },
    failed(job, error) {
      write(errorEvent(error, job));
      printError(error, environment);
    },
    cancelled(job, exitCode) {
      write({
        type: 'error',
        input: job.input,
        output: job.output,
        code: 'CANCELLED',
        message: 'It was interrupted; nothing was written.',
        exitCode,
      });
    },
    leftOut(input) {
      write({
        type: 'warning',
        input: input.input,
        code: 'RESULT_LEFT_OUT',
        message: leftOutSentence(input),
      });
    },
    note() {},
    end() {},
  };
}
