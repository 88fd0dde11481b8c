import { type Environment, hasColors } from '../environment.js';
import { isLive, type Job } from '../output.js';
import { doneOf, progressLine, SpeedMeter } from '../progress.js';
import { displayName } from '../text.js';
import { linesReporter } from './lines.js';
import type { Reporter } from './reporter.js';

/** The least time between two drawings of the line, in seconds. */
const REDRAW_SECONDS = 0.1;

/**
 * Redraws one line on a terminal for all inputs; messages that stay are printed above it.
 *
 * @param environment - Its standard error is a terminal.
 * @param total - How many inputs there are.
 */
export function terminalReporter(environment: Environment, total: number): Reporter {
  const { stderr, variables, now } = environment;
  const lines = linesReporter(environment);
  const running = new Map<Job, { frames: number; seconds: number; done: number | undefined }>();
  const meter = new SpeedMeter();
  const colors = hasColors(stderr, variables);
  let finished = 0;
  let finishedFrames = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let shown = false;

  function measure() {
    let done: number | undefined = finished;
    let frames = finishedFrames;
    for (const job of running.values()) {
      done = done === undefined || job.done === undefined ? undefined : done + job.done;
      frames += job.frames;
    }
    return { done: done === undefined ? undefined : done / total, frames };
  }

  function draw(): void {
    const [first] = running.values();
    if (!first) return;
    const names = [...running.keys()].map(({ input }) => displayName(input)).join(', ');
    const name = total > 1 ? `${Math.min(total, finished + running.size)}/${total} ${names}` : names;
    const view = { name, ...measure(), seconds: first.seconds, ...meter.speed };
    stderr.write(`\r\x1b[2K${progressLine(view, (stderr.columns ?? 80) - 1, colors)}`);
    drawnAt = now();
    shown = true;
  }

  /** Prints a message above the line. */
  function above(print: () => void): void {
    if (shown) stderr.write('\r\x1b[2K');
    shown = false;
    print();
    draw();
  }

  function finish(job: Job, frames: number, print: () => void): void {
    running.delete(job);
    finished++;
    finishedFrames += frames;
    above(print);
  }

  return {
    start(job) {
      lines.start(job);
      running.set(job, { frames: 0, seconds: 0, done: isLive(job) ? undefined : 0 });
      draw();
    },
    progress(job, progress) {
      running.set(job, { frames: progress.frames, seconds: progress.seconds, done: doneOf(progress) });
      const { done, frames } = measure();
      meter.add(now(), frames, done);
      if (now() - drawnAt >= REDRAW_SECONDS) draw();
    },
    done(job, report) {
      finish(job, report.frames, () => lines.done(job, report));
    },
    failed(job, error) {
      finish(job, running.get(job)?.frames ?? 0, () => lines.failed(job, error));
    },
    cancelled(job, exitCode) {
      finish(job, running.get(job)?.frames ?? 0, () => lines.cancelled(job, exitCode));
    },
    leftOut(input) {
      above(() => lines.leftOut(input));
    },
    note(sentence) {
      above(() => lines.note(sentence));
    },
    end(summary) {
      running.clear();
      above(() => lines.end(summary));
    },
  };
}
