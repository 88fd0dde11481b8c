import type { Environment } from '../environment.js';
import { printError } from '../messages.js';
import type { Reporter } from './reporter.js';

/**
 * Prints errors only.
 */
export function quietReporter(environment: Environment): Reporter {
  return {
    start() {},
    progress() {},
    done() {},
    failed(_, error) {
      printError(error, environment);
    },
    cancelled() {},
    leftOut() {},
    note() {},
    end() {},
  };
}
