import type { Command } from 'commander';
import type { CommonFlags } from './common-options.js';

/** How results and progress are printed: for people, as JSON lines, or errors only. */
export type Style = 'people' | 'json' | 'quiet';

/** The style that a subcommand was asked for. */
export function styleOf(command: Command): Style {
  const { json, quiet } = command.optsWithGlobals<CommonFlags>();
  if (json) return 'json';
  return quiet ? 'quiet' : 'people';
}
