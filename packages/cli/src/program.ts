import { MODEL_CATALOGUE } from '@elsewhere/engine';
import type { ConvertSettings } from '@elsewhere/node';
import {
  CONVERT_OPTION_SUMMARIES,
  OUTPUT_OPTIONS,
  PROCESSING_OPTIONS,
} from '@elsewhere/node/internal/options';
import { Command, InvalidArgumentError, type Option } from 'commander';
import { addBackgroundOptions, addCommonOptions, type BackgroundFlags } from './common-options.js';
import { EXIT_CODES } from './exit-codes.js';
import { flagsFor } from './flags.js';
import { addVirtualCamera, type VirtualCameraActions } from './virtual-camera/program.js';

/** The shells that a completion can be printed for. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

const EXAMPLES = `
Examples:
  elsewhere talk.mp4 --background beach.jpg    writes talk.elsewhere.mp4, same sound
  elsewhere talk.mp4 -b blur:0.8 -o out.mkv    the camera background, blurred
  elsewhere talk.mp4 -b bokeh                  blurred as by a fast lens
  elsewhere talk.mp4 -b '#00b140'              any CSS colour
  elsewhere talk.mp4 -b waves.mp4 --fit tile   a video, looped
  elsewhere talk.mp4 -b transparent            writes talk.elsewhere.webm with alpha
  elsewhere *.mov -b beach.jpg -o done/ -j 2   several inputs, into a directory
  elsewhere me.jpg -b beach.jpg                a still image
  elsewhere camera -b blur -o take.mp4         records until Ctrl-C
  elsewhere studio                             the web app, live with a camera
  elsewhere virtual-camera -b beach.jpg        a camera for meetings (Linux)
  elsewhere models pull deeplab-v3             downloads a model that knows dogs:
  elsewhere dog.mp4 --model deeplab-v3 --keep person,dog -b beach.jpg

Outputs are written beside their inputs as NAME.elsewhere.EXT, unless -o is given.
Their paths are printed to standard output, one per line.`;

const exitCodeHelp = () => {
  const rows = Object.values(EXIT_CODES).map(
    ({ value, meaning }) => `  ${String(value).padEnd(5)} ${meaning}`,
  );
  return `\nExit codes:\n${rows.join('\n')}\nWith several inputs: the code of the first that failed.`;
};

/** What each subcommand does. Each is called with the parsed command, for its options. */
export interface Actions extends VirtualCameraActions {
  convert(inputs: readonly string[], command: Command): void;
  listModels(command: Command): void;
  pullModel(id: string, command: Command): void;
  verifyModels(id: string | undefined, command: Command): void;
  studio(command: Command): void;
  completion(shell: string): void;
}

/** The options of a conversion as commander gives them: those of `convert`, and the command's own. */
export interface ConvertFlags extends Omit<ConvertSettings, 'background'>, BackgroundFlags {
  readonly output?: string;
  readonly jobs?: number;
}

/** The options of `studio`. */
export interface StudioFlags {
  readonly port?: number;
  readonly open: boolean;
}

/**
 * Describes the command line: subcommands, options, their values and the help.
 *
 * @param version - Printed by `--version`.
 * @param actions - What each subcommand does.
 */
export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('elsewhere')
    .description('Replaces the background behind the person in a video, a still image or a camera stream.')
    .usage('[options] <input...>')
    .helpCommand(false)
    .enablePositionalOptions()
    .argument('[inputs...]', "videos, still images, 'camera', 'camera:/dev/video0' or 'lavfi:GRAPH'");

  addBackgroundOptions(program, ['transparent', 'none']);
  program.optionsGroup('Processing:');
  for (const option of flagsFor(PROCESSING_OPTIONS, CONVERT_OPTION_SUMMARIES)) program.addOption(option);
  program
    .optionsGroup('Output:')
    .option(
      '-o, --output <path>',
      'a file, or a directory: an existing one, or a name that ends in a slash (default: beside the input)',
    );
  for (const option of flagsFor(OUTPUT_OPTIONS, CONVERT_OPTION_SUMMARIES)) program.addOption(option);
  program
    .optionsGroup('Running:')
    .option('-j, --jobs <number>', 'how many inputs are converted at the same time (default: 1)', jobs);
  addCommonOptions(program);

  program
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `${EXAMPLES}\n${exitCodeHelp()}`)
    .action((inputs: readonly string[], _options: unknown, command: Command) =>
      actions.convert(inputs, command),
    );

  program.commandsGroup('Commands:');
  addStudio(program, actions);
  addVirtualCamera(program, actions);
  addModels(program, actions);
  program
    .command('completion')
    .description("print a shell's completion script")
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', COMPLETION_HELP)
    .addArgument(program.createArgument('<shell>', 'the shell').choices([...SHELLS]))
    .action((shell: string) => actions.completion(shell));
  return program;
}

const COMPLETION_HELP = `
Examples:
  elsewhere completion bash > ~/.local/share/bash-completion/completions/elsewhere
  elsewhere completion zsh > "\${fpath[1]}/_elsewhere"
  elsewhere completion fish > ~/.config/fish/completions/elsewhere.fish`;

function addStudio(program: Command, actions: Actions): void {
  const studio = program
    .command('studio')
    .description('serve the web app and open it in the browser')
    .option('--port <number>', 'port to serve it on (default: 4747, or the next free one)', port)
    .option('--no-open', 'do not open the browser')
    .action((_options: unknown, command: Command) => actions.studio(command));
  addCommonOptions(studio);
}

function addModels(program: Command, actions: Actions): void {
  const ids = MODEL_CATALOGUE.map(({ id }) => id);
  const models = program
    .command('models')
    .description('list, download and verify models')
    .argument('[what]')
    .usage('[options] [list | pull <id> | verify [id]]')
    .enablePositionalOptions()
    .action((what: string | undefined, _options: unknown, command: Command) => {
      if (what !== undefined) {
        command.error(`error: unknown command 'models ${what}'. Possible are list, pull ID and verify [ID]`);
      }
      actions.listModels(command);
    });
  addCommonOptions(models);
  const list = models
    .command('list')
    .description('list the models and their state on this machine')
    .action((_options: unknown, command: Command) => actions.listModels(command));
  const pull = models
    .command('pull')
    .description('download a model')
    .addArgument(program.createArgument('<id>', `the model's name: ${ids.join(', ')}`))
    .option('--from <url>', 'download from a mirror; the file is verified in any case')
    .action((id: string, _options: unknown, command: Command) => actions.pullModel(id, command));
  const verify = models
    .command('verify')
    .description('verify the files of the models on this machine')
    .addArgument(program.createArgument('[id]', "the model's name (default: all)"))
    .action((id: string | undefined, _options: unknown, command: Command) =>
      actions.verifyModels(id, command),
    );
  for (const command of [list, pull, verify]) addCommonOptions(command);
}

/**
 * What an option does, with its choices before its default, as the help shows it.
 *
 * @param option - The option.
 */
export function optionDescription({ description, argChoices }: Option): string {
  if (!argChoices) return description;
  const [what = '', ...rest] = description.split(/(?= \(default: )/);
  return `${what}: ${argChoices.join(', ')}${rest.join('')}`;
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  }
  return number;
}

function jobs(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
}
