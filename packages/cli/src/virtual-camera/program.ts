import {
  VIRTUAL_CAMERA_OPTION_SUMMARIES,
  VIRTUAL_CAMERA_OPTIONS,
  VIRTUAL_CAMERA_SETTINGS,
} from '@elsewhere/node/internal/options';
import type { Command, Option } from 'commander';
import { addBackgroundOptions, addCommonOptions } from '../common-options.js';
import { flagsFor } from '../flags.js';

/** A subcommand of `virtual-camera`; `run` is the command without one. */
export type Subcommand =
  | 'run'
  | 'set'
  | 'status'
  | 'pause'
  | 'resume'
  | 'stop'
  | 'devices'
  | 'install'
  | 'uninstall';

/** What the subcommands do. */
export interface VirtualCameraActions {
  virtualCamera(subcommand: Subcommand, command: Command): void;
}

const EXAMPLES = `
Examples:
  elsewhere virtual-camera -b beach.jpg        the first camera, into the first loopback device
  elsewhere virtual-camera --camera /dev/video0 --to /dev/video10 -b blur
  elsewhere virtual-camera --to - | ffplay -   to look at it, without a device
  elsewhere virtual-camera set -b office.jpg   changes one that runs
  elsewhere virtual-camera install --enable -b beach.jpg

Linux with v4l2loopback; for macOS and Windows see docs/virtual-camera.md.`;

/** Describes `virtual-camera` and its subcommands. */
export function addVirtualCamera(program: Command, actions: VirtualCameraActions): void {
  const act = (subcommand: Subcommand) => (_options: unknown, command: Command) =>
    actions.virtualCamera(subcommand, command);
  const camera = program
    .command('virtual-camera')
    .description('be a camera for meetings, with another background (Linux)')
    .argument('[what]')
    .usage('[options] [set | status | pause | resume | stop | devices | install | uninstall]')
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
    .action((what: string | undefined, options: unknown, command: Command) => {
      if (what !== undefined) {
        command.error(
          `error: unknown command 'virtual-camera ${what}'. Possible are set, status, pause, resume, stop, devices, install and uninstall`,
        );
      }
      act('run')(options, command);
    });
  addRunOptions(camera);
  const set = camera
    .command('set')
    .description('change one that runs; what is not given stays as it is')
    .action(act('set'));
  addBackgroundOptions(set, ['none']);
  set.optionsGroup('Processing:');
  for (const option of flagsFor(VIRTUAL_CAMERA_SETTINGS, VIRTUAL_CAMERA_OPTION_SUMMARIES)) {
    set.addOption(option);
    if (isSwitch(option)) set.option(`--no-${option.name()}`, `end --${option.name()}`);
  }
  const status = camera.command('status').description('print how it is doing').action(act('status'));
  const pause = camera
    .command('pause')
    .description('turn the camera off and show the background alone')
    .action(act('pause'));
  const resume = camera.command('resume').description('end a pause').action(act('resume'));
  const stop = camera.command('stop').description('end it').action(act('stop'));
  for (const command of [set, status, pause, resume, stop]) {
    command.optionsGroup('Running:').option('--to <output>', 'which one, if several run');
    addCommonOptions(command);
  }
  addCommonOptions(
    camera.command('devices').description('list cameras and loopback devices').action(act('devices')),
  );
  const install = camera
    .command('install')
    .description('write a systemd user service that runs it with these options')
    .option('--enable', 'start it now and at each login')
    .action(act('install'));
  addRunOptions(install);
  addCommonOptions(
    camera.command('uninstall').description('stop the service and remove it').action(act('uninstall')),
  );
}

function addRunOptions(command: Command): void {
  command
    .optionsGroup('Camera:')
    .option(
      '--camera <input>',
      "a device, 'camera', 'camera:/dev/video0' or 'lavfi:GRAPH' (default: the first camera that is no loopback)",
    )
    .option(
      '--to <output>',
      'a loopback device, a .y4m file, a named pipe, or - for standard output (default: the first loopback)',
    );
  const { size, fps, duration, onDemand, ...look } = VIRTUAL_CAMERA_OPTIONS;
  const flags = (options: Partial<typeof VIRTUAL_CAMERA_OPTIONS>) =>
    flagsFor(options, VIRTUAL_CAMERA_OPTION_SUMMARIES);
  for (const option of flags({ size, fps, duration, onDemand })) command.addOption(option);
  addBackgroundOptions(command, ['none']);
  command.optionsGroup('Processing:');
  for (const option of flags(look)) command.addOption(option);
  command.optionsGroup('Running:');
  addCommonOptions(command);
}

function isSwitch({ required, optional }: Option): boolean {
  return !required && !optional;
}
