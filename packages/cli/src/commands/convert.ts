import { mkdirSync } from 'node:fs';
import type { ConvertPlan } from '../arguments.js';
import { canRedraw, type Environment } from '../environment.js';
import { CommandError } from '../errors.js';
import { EXIT_CODES, exitCodeOf, failsForAll } from '../exit-codes.js';
import type { Interruption } from '../interruption.js';
import { isLive, type Job } from '../output.js';
import { runPool } from '../pool.js';
import { jsonReporter } from '../reporters/json.js';
import { linesReporter } from '../reporters/lines.js';
import { quietReporter } from '../reporters/quiet.js';
import type { Reporter } from '../reporters/reporter.js';
import { terminalReporter } from '../reporters/terminal.js';

/** The outcome of one input. */
type Result = 'written' | 'damaged' | 'cancelled' | { readonly exitCode: number };

/**
 * Converts all inputs. One that fails does not stop the others, unless they would all fail in the same way.
 *
 * @param reporter - Prints what happens. Default: in the plan's style.
 * @returns The exit code.
 */
export async function convertAll(
  plan: ConvertPlan,
  environment: Environment,
  interruption: Interruption,
  reporter: Reporter = createReporter(plan, environment),
): Promise<number> {
  const { jobs, leftOut, options, concurrency, makeDirectory } = plan;
  if (makeDirectory !== undefined) createDirectory(makeDirectory);
  for (const each of leftOut) reporter.leftOut(each);
  if (jobs.some(isLive)) interruption.recording();
  interruption.stop.addEventListener('abort', () => {
    reporter.note('Ending the recording. Press Ctrl-C again to abort it.');
  });
  const results: Result[] = [];
  let hopeless = false;

  async function convertOne(job: Job, index: number): Promise<void> {
    reporter.start(job);
    const { signal, stop } = interruption;
    try {
      const report = await environment.convert(job.source, job.output, {
        ...options,
        signal,
        ...(isLive(job) && { stop }),
        onProgress: (progress) => reporter.progress(job, progress),
      });
      results[index] = report.lostSeconds === undefined ? 'written' : 'damaged';
      reporter.done(job, report);
    } catch (error) {
      if (signal.aborted && error === signal.reason) {
        results[index] = 'cancelled';
        reporter.cancelled(job, interruption.exitCode ?? exitCodeOf(error));
        return;
      }
      results[index] = { exitCode: exitCodeOf(error) };
      hopeless ||= failsForAll(error);
      reporter.failed(job, error);
    }
  }

  await runPool(jobs, concurrency, convertOne, () => !hopeless && !interruption.signal.aborted);
  const count = (...wanted: readonly Result[]) => results.filter((result) => wanted.includes(result)).length;
  const failures = results.filter((result) => typeof result === 'object');
  reporter.end({
    inputs: jobs.length,
    written: count('written', 'damaged'),
    damaged: count('damaged'),
    failed: failures.length,
  });
  const unfinished = count('written', 'damaged') + failures.length < jobs.length;
  if (interruption.exitCode !== undefined && unfinished) return interruption.exitCode;
  const [first] = failures;
  if (first) return first.exitCode;
  return EXIT_CODES[count('damaged') > 0 ? 'damaged' : 'ok'].value;
}

function createReporter({ style, jobs }: ConvertPlan, environment: Environment): Reporter {
  if (style === 'json') return jsonReporter(environment);
  if (style === 'quiet') return quietReporter(environment);
  return canRedraw(environment.stderr, environment.variables)
    ? terminalReporter(environment, jobs.length)
    : linesReporter(environment);
}

function createDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    const why =
      cause instanceof Error ? (/^\w+: (.+?),/.exec(cause.message)?.[1] ?? cause.message) : String(cause);
    throw new CommandError('OUTPUT_UNWRITABLE', `The directory '${path}' cannot be created: ${why}.`, {
      cause,
    });
  }
}
