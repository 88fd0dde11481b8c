import type {
  convert,
  listModels,
  listVideoDevices,
  loadModel,
  openVirtualCamera,
  pullModel,
} from '@elsewhere/node';
import type { Files } from './files.js';
import type { openBrowser } from './studio/browser.js';
import type { serveStudio } from './studio/serve.js';
import type { Keyboard } from './virtual-camera/keyboard.js';

/** Where text goes: standard output or standard error. */
export interface Output {
  write(text: string): void;
  /** Whether it is a terminal. */
  readonly isTTY: boolean;
  /** The terminal's width, if it is one. Read for every line, because windows are resized. */
  readonly columns: number | undefined;
}

/** Everything that the command uses outside itself; tests replace it. */
export interface Environment {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly variables: Variables;
  readonly files: Files;
  /** Seconds on a monotonic clock. */
  now(): number;
  readonly convert: typeof convert;
  readonly listModels: typeof listModels;
  readonly loadModel: typeof loadModel;
  readonly pullModel: typeof pullModel;
  readonly serveStudio: typeof serveStudio;
  readonly openBrowser: typeof openBrowser;
  readonly openVirtualCamera: typeof openVirtualCamera;
  readonly listVideoDevices: typeof listVideoDevices;
  /** `undefined`: standard input is no terminal. */
  readonly keyboard: Keyboard | undefined;
  /** Runs a program. Resolves with its exit code, and what it has printed to standard error; rejects if there is no such program. */
  runProgram(
    name: string,
    argv: readonly string[],
  ): Promise<{ readonly code: number; readonly stderr: string }>;
  /** This process's own command line, as far as the script. */
  readonly command: readonly string[];
  /** The working directory. */
  readonly directory: string;
}

/** The environment variables that the command reads. */
export interface Variables {
  /** Set and not empty: no colours (https://no-color.org). */
  readonly NO_COLOR?: string | undefined;
  /** `dumb`: a terminal that cannot redraw a line. */
  readonly TERM?: string | undefined;
  /** `1`: stack traces under the errors. */
  readonly ELSEWHERE_DEBUG?: string | undefined;
  /** Where sockets of this user's programs are. */
  readonly XDG_RUNTIME_DIR?: string | undefined;
  /** Where this user's settings are, if not in `~/.config`. */
  readonly XDG_CONFIG_HOME?: string | undefined;
  readonly HOME?: string | undefined;
}

/**
 * Whether an output may have colours.
 */
export function hasColors(output: Output, { NO_COLOR, TERM }: Variables): boolean {
  return output.isTTY && !NO_COLOR && TERM !== 'dumb';
}

/**
 * Whether a line on an output can be redrawn.
 */
export function canRedraw(output: Output, { TERM }: Variables): boolean {
  return output.isTTY && TERM !== 'dumb';
}
