import {
  BACKENDS,
  type BackendChoice,
  DEFAULT_MODEL,
  MODEL_CATALOGUE,
  QUALITIES,
  type Quality,
  STAGES,
} from '@elsewhere/engine';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseAmount } from './background.js';
import { parseDuration } from './duration.js';
import { EXIT_CODES } from './exit-codes.js';
import { CODECS } from './output.js';

/** The shells that a completion can be printed for. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'fish'];

const EXAMPLES = `
Examples:
  elsewhere talk.mp4 --background beach.jpg    writes talk.elsewhere.mp4, same sound
  elsewhere talk.mp4 -b blur:0.8 -o out.mkv    the room itself, out of focus
  elsewhere talk.mp4 -b bokeh                  the same as a fast lens shows it
  elsewhere talk.mp4 -b '#00b140'              any CSS colour
  elsewhere talk.mp4 -b waves.mp4 --fit tile   a video, again and again
  elsewhere talk.mp4 -b transparent            writes talk.elsewhere.webm with alpha
  elsewhere *.mov -b beach.jpg -o done/ -j 2   many at once, into a directory
  elsewhere me.jpg -b beach.jpg                a picture
  elsewhere camera -b blur -o take.mp4         records until Ctrl-C
  elsewhere studio                             the web page, live with a camera
  elsewhere models pull deeplab-v3             fetches a model that knows dogs:
  elsewhere dog.mp4 --model deeplab-v3 --keep person,dog -b beach.jpg

Results lie beside their inputs as NAME.elsewhere.EXT, unless -o says otherwise.
Their paths are printed to standard output, one a line.`;

const exitCodeHelp = () => {
  const rows = Object.values(EXIT_CODES).map(
    ({ value, meaning }) => `  ${String(value).padEnd(5)} ${meaning}`,
  );
  return `\nExit codes:\n${rows.join('\n')}\nWith several inputs: the code of the first that failed.`;
};

/** What to do when a subcommand was chosen. Each gets the command that was parsed, for its options. */
export interface Actions {
  convert(inputs: readonly string[], command: Command): void;
  listModels(command: Command): void;
  pullModel(id: string, command: Command): void;
  verifyModels(id: string | undefined, command: Command): void;
  studio(command: Command): void;
  completion(shell: string): void;
}

/** The options of a conversion as commander gives them. */
export interface ConvertFlags {
  readonly background?: string;
  readonly fit?: 'cover' | 'contain' | 'stretch' | 'tile';
  readonly blur?: number;
  readonly model?: string;
  readonly keep?: readonly string[];
  readonly quality?: Quality;
  readonly mask?: 'soft' | 'hard';
  readonly edgeSoftness?: number;
  readonly lightWrap?: number;
  readonly colorMatch?: number;
  readonly brightness?: number;
  readonly warmth?: number;
  readonly zoom?: number;
  readonly follow?: true;
  readonly stage?: (typeof STAGES)[number];
  readonly output?: string;
  readonly start?: number;
  readonly duration?: number;
  readonly codec?: 'h264' | 'hevc' | 'vp8' | 'vp9' | 'av1' | 'prores' | 'ffv1';
  readonly crf?: number;
  readonly preset?: string;
  readonly overwrite?: true;
  readonly jobs?: number;
  readonly backend?: BackendChoice;
}

/** The options of `studio`. */
export interface StudioFlags {
  readonly port?: number;
  readonly open: boolean;
}

/** The options of every subcommand. */
export interface CommonFlags {
  readonly json?: true;
  readonly quiet?: true;
}

/**
 * Describes the whole command line: what there is, its help, and which values are possible.
 *
 * @param version - Printed by `--version`.
 * @param actions - What to do with what was parsed.
 */
export function createProgram(version: string, actions: Actions): Command {
  const program = new Command('elsewhere')
    .description('Puts another background behind the person in a video, a picture or a camera.')
    .usage('[options] <input...>')
    .helpCommand(false)
    .enablePositionalOptions()
    .argument('[inputs...]', "videos, pictures, 'camera', 'camera:/dev/video0' or 'lavfi:SOURCE'");

  program
    .optionsGroup('Background:')
    .option(
      '-b, --background <what>',
      'a picture or video file, blur, blur:0.8, bokeh, bokeh:0.8, transparent, none, or any CSS colour (default: blur)',
    )
    .addOption(
      new Option('--fit <how>', 'how a picture or video is laid into the frame (default: cover)').choices([
        'cover',
        'contain',
        'stretch',
        'tile',
      ]),
    )
    .option('--blur <strength>', 'blur the room, from 0 to 1 (default: 0.6)', amount)
    .optionsGroup('Person:')
    .option('-m, --model <id|file>', `a model's name or a .tflite file (default: ${DEFAULT_MODEL})`)
    .option(
      '-k, --keep <classes>',
      'what to keep, for models with classes, as in person,dog (default: person)',
      classes,
    )
    .addOption(
      new Option(
        '--quality <how>',
        'how closely to look for people (default: medium; pictures: highest)',
      ).choices([...QUALITIES]),
    )
    .addOption(new Option('--mask <edges>', 'edges of the person (default: soft)').choices(['soft', 'hard']))
    .option('--edge-softness <amount>', 'make the edges softer, from 0 to 1 (default: 0)', amount)
    .option(
      '--light-wrap <amount>',
      "how much of the background's light spills over the person, from 0 to 1 (default: 0.3 for pictures and videos, else 0)",
      amount,
    )
    .option(
      '--color-match <amount>',
      "bring the person's colours nearer to a picture's or video's, from 0 to 1 (default: 0)",
      amount,
    )
    .option(
      '--brightness <amount>',
      'show the person brighter or darker, from -1 to 1 (default: 0)',
      within(-1, 1),
    )
    .option(
      '--warmth <amount>',
      'make their light warmer or cooler, from -1 to 1 (default: 0)',
      within(-1, 1),
    )
    .option('--zoom <times>', 'bring the person nearer, from 1 to 4 times (default: 1)', within(1, 4))
    .option('--follow', 'keep the person in the middle')
    .addOption(
      new Option('--stage <stage>', 'show a step of the work (default: composite)').choices([...STAGES]),
    )
    .optionsGroup('Output:')
    .option('-o, --output <path>', 'a file, or a directory (there already, or ending in a slash)')
    .option('--start <time>', 'where to begin: seconds or [hh:]mm:ss.sss', time)
    .option('--duration <time>', 'how much to convert: seconds or [hh:]mm:ss.sss', positiveTime)
    .addOption(new Option('--codec <name>', 'video encoder (default: by the extension)').choices([...CODECS]))
    .option('--crf <number>', "the encoder's quality: smaller is better and larger (default: by codec)", crf)
    .option('--preset <name>', "the encoder's speed (default: by codec, veryfast for h264)")
    .option('--overwrite', 'replace outputs that are there already')
    .optionsGroup('Running:')
    .option('-j, --jobs <number>', 'inputs converted at the same time (default: 1)', jobs)
    .addOption(
      new Option(
        '--backend <which>',
        'what computes; the GPU needs the package webgpu (default: auto)',
      ).choices([...BACKENDS]),
    );
  addCommonOptions(program);

  program
    .version(version, '-V, --version', 'print the version')
    .addHelpText('after', `${EXAMPLES}\n${exitCodeHelp()}`)
    .action((inputs: readonly string[], _options: unknown, command: Command) =>
      actions.convert(inputs, command),
    );

  program.commandsGroup('Commands:');
  addStudio(program, actions);
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
    .description('open the web page: yourself before the camera, in another place')
    .option('--port <number>', 'where to serve it (default: 4747, or the next one that is free)', port)
    .option('--no-open', 'do not open the browser')
    .action((_options: unknown, command: Command) => actions.studio(command));
  addCommonOptions(studio);
}

function addModels(program: Command, actions: Actions): void {
  const ids = MODEL_CATALOGUE.map(({ id }) => id);
  const models = program
    .command('models')
    .description('list, fetch and check models')
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
    .description('list the models and how they stand on this machine')
    .action((_options: unknown, command: Command) => actions.listModels(command));
  const pull = models
    .command('pull')
    .description('fetch a model')
    .addArgument(program.createArgument('<id>', `the model's name: ${ids.join(', ')}`))
    .option(
      '--from <url>',
      "fetch from a mirror instead of the model's own address; it is verified all the same",
    )
    .action((id: string, _options: unknown, command: Command) => actions.pullModel(id, command));
  const verify = models
    .command('verify')
    .description('check that the files of models are what they should be')
    .addArgument(program.createArgument('[id]', "the model's name (default: all)"))
    .action((id: string | undefined, _options: unknown, command: Command) =>
      actions.verifyModels(id, command),
    );
  for (const command of [list, pull, verify]) addCommonOptions(command);
}

function addCommonOptions(command: Command): void {
  command
    .helpOption('-h, --help', 'print this help')
    .option('--json', 'print JSON, one object a line, to standard output')
    .option('-q, --quiet', 'print errors only');
}

function amount(text: string): number {
  const number = parseAmount(text);
  if (number === undefined) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return number;
}

function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^-?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  };
}

function classes(text: string, before: readonly string[] = []): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names with commas between them.');
  return [...before, ...names];
}

function time(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    throw new InvalidArgumentError('It must be seconds, as in 12.5, or a time, as in 1:30 or 01:02:03.5.');
  }
  return seconds;
}

function positiveTime(text: string): number {
  const seconds = time(text);
  if (seconds === 0) throw new InvalidArgumentError('It must be more than 0.');
  return seconds;
}

function crf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number, as in 20.');
  return Number(text);
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
