import type { Environment } from '../environment.js';
import { printError, printNote } from '../messages.js';
import type { Job } from '../output.js';
import { doneOf, formatRate, Milestones, progressFacts, SpeedMeter } from '../progress.js';
import { displayName } from '../text.js';
import { leftOutSentence, type Reporter } from './reporter.js';

/**
 * Writes few lines to standard error, and the outputs' paths to standard output: for logs and pipes.
 */
export function linesReporter(environment: Environment): Reporter {
  const { stdout, stderr, now } = environment;
  const running = new Map<Job, { meter: SpeedMeter; milestones: Milestones }>();
  return {
    start(job) {
      running.set(job, { meter: new SpeedMeter(), milestones: new Milestones(now()) });
    },
    progress(job, progress) {
      const state = running.get(job);
      if (!state) return;
      const done = doneOf(progress);
      state.meter.add(now(), progress.frames, done);
      if (!state.milestones.reached(now(), done)) return;
      const facts = progressFacts({ name: '', done, ...progress, ...state.meter.speed });
      stderr.write(`${displayName(job.input)}: ${facts.join(', ')}\n`);
    },
    done(job, report) {
      running.delete(job);
      for (const { message } of report.warnings) printNote('warning', message, environment);
      stderr.write(`${displayName(job.input)}: ${doneFacts(report)}\n`);
      stdout.write(`${report.output}\n`);
    },
    failed(job, error) {
      running.delete(job);
      printError(error, environment);
    },
    cancelled(job) {
      running.delete(job);
      stderr.write(`${displayName(job.input)}: interrupted, nothing was written\n`);
    },
    leftOut(input) {
      printNote('', leftOutSentence(input), environment);
    },
    note(sentence) {
      printNote('', sentence, environment);
    },
    end({ inputs, written, damaged, failed }) {
      if (inputs < 2) return;
      const parts = [`${written} of ${inputs} inputs converted`];
      if (damaged > 0) parts.push(`${damaged} of them damaged`);
      if (failed > 0) parts.push(`${failed} failed`);
      if (written + failed < inputs) parts.push(`${inputs - written - failed} not converted`);
      stderr.write(`${parts.join(', ')}\n`);
    },
  };
}

function doneFacts({ frames, elapsedSeconds }: { frames: number; elapsedSeconds: number }): string {
  if (frames === 1) return `done in ${elapsedSeconds.toFixed(1)} s`;
  const rate = elapsedSeconds > 0 ? ` (${formatRate(frames / elapsedSeconds)} fps)` : '';
  return `${frames} frames in ${elapsedSeconds.toFixed(1)} s${rate}`;
}
