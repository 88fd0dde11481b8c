import type { Fit } from '@elsewhere/engine';
import { type Command, Option } from 'commander';
import { numberFrom } from './flags.js';

/** The options of the background. */
export interface BackgroundFlags {
  readonly background?: string | undefined;
  readonly blur?: number | undefined;
  readonly fit?: Fit | undefined;
}

/** The options of every subcommand. */
export interface CommonFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/**
 * Adds the options of {@link BackgroundFlags}.
 *
 * @param words - Further words that `--background` takes.
 */
export function addBackgroundOptions(command: Command, words: readonly string[]): void {
  command
    .optionsGroup('Background:')
    .option(
      '-b, --background <what>',
      `an image or video file, blur, blur:0.8, bokeh, bokeh:0.8, ${words.join(', ')}, or a CSS colour (default: blur)`,
    )
    .addOption(
      new Option('--fit <how>', 'how an image or video is fitted into the frame (default: cover)').choices([
        'cover',
        'contain',
        'stretch',
        'tile',
      ]),
    )
    .option('--blur <strength>', 'strength of the blur, from 0 to 1 (default: 0.6)', numberFrom(0, 1));
}

/** Adds the options of {@link CommonFlags}. */
export function addCommonOptions(command: Command): void {
  command
    .helpOption('-h, --help', 'print this help')
    .option('--json', 'print JSON to standard output, one object per line')
    .option('-q, --quiet', 'print errors only');
}
