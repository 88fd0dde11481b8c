import type { ConvertSettings } from '@elsewhere/node';
import { isVideoDevice } from '@elsewhere/node/internal/inputs';
import { CONVERT_OPTIONS } from '@elsewhere/node/internal/options';
import { type Argument, type Command, CommanderError } from 'commander';
import { chooseBackground } from './background.js';
import type { CommonFlags } from './common-options.js';
import { completionScript } from './completion.js';
import { type CommandError, usageError } from './errors.js';
import type { Files } from './files.js';
import { pickDescribed } from './flags.js';
import { type Outputs, planOutputs } from './output.js';
import { type ConvertFlags, createProgram, optionDescription, type StudioFlags } from './program.js';
import { type Style, styleOf } from './style.js';
import { planVirtualCamera, type VirtualCameraPlan } from './virtual-camera/plan.js';

/** A conversion of one or more inputs. */
export interface ConvertPlan extends Outputs {
  readonly action: 'convert';
  readonly options: ConvertSettings;
  /** Inputs converted at the same time. */
  readonly concurrency: number;
  readonly style: Style;
}

/** A subcommand of `models`. */
export type ModelsPlan =
  | { readonly action: 'models list'; readonly style: Style }
  | { readonly action: 'models pull'; readonly id: string; readonly from?: string; readonly style: Style }
  | { readonly action: 'models verify'; readonly id?: string; readonly style: Style };

/** The web app, served until Ctrl-C. */
export interface StudioPlan {
  readonly action: 'studio';
  /** Default: 4747, or the next free one. */
  readonly port?: number;
  /** Whether the browser is opened. */
  readonly opens: boolean;
  readonly style: Style;
}

/** A text for standard output: help, version, a completion script. */
export interface TextPlan {
  readonly action: 'print';
  readonly text: string;
}

/** What the command line asks for. */
export type Plan = ConvertPlan | ModelsPlan | StudioPlan | VirtualCameraPlan | TextPlan;

/** What {@link parseArguments} needs beside the arguments. */
export interface ParseContext {
  readonly version: string;
  /** The file system. */
  readonly files: Files;
  /** Columns of the terminal, for the help. Default 80. */
  readonly columns?: number | undefined;
  /** Whether the help may have colours. Default `false`. */
  readonly colors?: boolean | undefined;
}

/**
 * Parses the command line.
 *
 * @param argv - The arguments, without `node` and the script.
 * @param context - The file system and the terminal.
 * @throws An `ElsewhereError` with code `USAGE`, or one about the background or the output.
 */
export function parseArguments(argv: readonly string[], context: ParseContext): Plan {
  const { version, files, columns, colors = false } = context;
  let plan: Plan | undefined;
  let printed = '';
  const program: Command = createProgram(version, {
    convert(inputs, command) {
      plan = convertPlan(inputs, command.opts<ConvertFlags & CommonFlags>(), files);
    },
    listModels(command) {
      plan = { action: 'models list', style: styleOf(command) };
    },
    pullModel(id, command) {
      const { from } = command.opts<{ from?: string }>();
      plan = { action: 'models pull', id, style: styleOf(command), ...(from === undefined ? {} : { from }) };
    },
    verifyModels(id, command) {
      plan = { action: 'models verify', style: styleOf(command), ...(id === undefined ? {} : { id }) };
    },
    studio(command) {
      const { port, open } = command.opts<StudioFlags>();
      plan = {
        action: 'studio',
        opens: open,
        style: styleOf(command),
        ...(port === undefined ? {} : { port }),
      };
    },
    virtualCamera(subcommand, command) {
      plan = planVirtualCamera(subcommand, command, argv, files);
    },
    completion(shell) {
      plan = { action: 'print', text: completionScript(shell, program) };
    },
  });
  for (const command of allCommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(Math.max(columns ?? 80, 60), 100),
      getOutHasColors: () => colors,
    });
    command.configureHelp({
      styleTitle: (title) => (colors ? `\x1b[1m${title}\x1b[22m` : title),
      optionDescription,
      argumentDescription,
      subcommandTerm,
    });
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { action: 'print', text: printed };
    throw usageError(sentence(error.message));
  }
  if (!plan) throw usageError('There is nothing to do.');
  return plan;
}

function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function argumentDescription({ description, argChoices }: Argument): string {
  return argChoices ? `${description}: ${argChoices.join(', ')}` : description;
}

/** More do not fit into a line of the help. */
const MOST_SUBCOMMANDS = 3;

function subcommandTerm(command: Command): string {
  const deeper = command.commands.map((child) => child.name());
  if (deeper.length > MOST_SUBCOMMANDS) return `${command.name()} [...]`;
  if (deeper.length > 0) return `${command.name()} [${deeper.join('|')}]`;
  const values = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...values].join(' ');
}

/** Turns commander's messages into sentences. */
function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replace(/\n\((Did you mean .*)\)$/s, (_, hint: string) => `. ${hint}`)
    .replace(/\.? Allowed choices are/, '. Possible are')
    .replace(/\s+/g, ' ')
    .trim();
  const end = /[.?!]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end} See \`elsewhere --help\`.`;
}

function convertPlan(
  inputs: readonly string[],
  flags: ConvertFlags & CommonFlags,
  files: Files,
): ConvertPlan {
  if (inputs.length === 0) {
    throw usageError('There is no input. Try `elsewhere talk.mp4 --background blur`, or `elsewhere --help`.');
  }
  if (inputs.includes('')) throw usageError("An input's name is empty.");
  if (inputs.includes('-')) throw usageError("Standard input cannot be read: give a file's name.");
  if (flags.output !== undefined && isVideoDevice(flags.output)) throw virtualCameraInstead(inputs, flags);
  const background = chooseBackground(flags, files);
  const options: ConvertSettings = {
    ...pickDescribed(flags, CONVERT_OPTIONS),
    ...(background && { background }),
  };
  return {
    action: 'convert',
    ...planOutputs(inputs, flags.output, options, files),
    options,
    concurrency: flags.jobs ?? 1,
    style: flags.json ? 'json' : flags.quiet ? 'quiet' : 'people',
  };
}

/** An output that is a device is written by another command. */
function virtualCameraInstead(
  inputs: readonly string[],
  { output = '', background }: ConvertFlags,
): CommandError {
  const camera = inputs.find((input) => /^(camera|lavfi)(:|$)/.test(input));
  const line = [
    'elsewhere virtual-camera',
    ...(camera === undefined || camera === 'camera' ? [] : [`--camera ${quoted(camera)}`]),
    `--to ${output}`,
    ...(background === undefined ? [] : [`--background ${quoted(background)}`]),
  ].join(' ');
  return usageError(`${output} is a virtual camera, which another command writes to: ${line}`);
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w./:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
