import { resolve } from 'node:path';
import type { VirtualCameraOptions, VirtualCameraSettings } from '@elsewhere/node';
import { isVideoDevice } from '@elsewhere/node/internal/inputs';
import { VIRTUAL_CAMERA_OPTIONS, VIRTUAL_CAMERA_SETTINGS } from '@elsewhere/node/internal/options';
import type { Command } from 'commander';
import { chooseBackground, type FileBackground } from '../background.js';
import type { BackgroundFlags } from '../common-options.js';
import { usageError } from '../errors.js';
import type { Files } from '../files.js';
import { pickDescribed } from '../flags.js';
import { parseInput } from '../output.js';
import { type Style, styleOf } from '../style.js';
import type { Subcommand } from './program.js';
import type { ControlRequest } from './protocol.js';

/** What it runs with. */
export type RunOptions = Omit<VirtualCameraOptions, 'onChange'>;

/** What the command line asks for. */
export type VirtualCameraPlan =
  | { readonly action: 'virtual-camera'; readonly options: RunOptions; readonly style: Style }
  | ControlPlan
  | { readonly action: 'virtual-camera devices'; readonly style: Style }
  | InstallPlan
  | { readonly action: 'virtual-camera uninstall'; readonly style: Style };

/** A request to one that runs. */
export interface ControlPlan {
  readonly action: 'virtual-camera control';
  readonly request: ControlRequest;
  /** The output of the one that is meant. Default: the only one. */
  readonly to?: string;
  readonly style: Style;
}

/** A service that starts it. */
export interface InstallPlan {
  readonly action: 'virtual-camera install';
  /** The arguments that the service gives to the command. */
  readonly argv: readonly string[];
  readonly enables: boolean;
  readonly style: Style;
}

interface Flags extends BackgroundFlags {
  readonly camera?: string;
  readonly to?: string;
  readonly enable?: true;
}

/**
 * Makes a plan of the parsed command line.
 *
 * @param argv - The whole command line.
 * @throws An `ElsewhereError` with code `USAGE`, or one about the background.
 */
export function planVirtualCamera(
  subcommand: Subcommand,
  command: Command,
  argv: readonly string[],
  files: Files,
): VirtualCameraPlan {
  const flags = command.opts<Flags>();
  const style = styleOf(command);
  switch (subcommand) {
    case 'run':
      return { action: 'virtual-camera', options: runOptions(flags, style, files), style };
    case 'install':
      runOptions(flags, style, files);
      return {
        action: 'virtual-camera install',
        argv: ['virtual-camera', ...serviceArguments(argv)],
        enables: flags.enable === true,
        style,
      };
    case 'devices':
    case 'uninstall':
      return { action: `virtual-camera ${subcommand}`, style };
    default: {
      const { to } = command.optsWithGlobals<Flags>();
      const request: ControlRequest =
        subcommand === 'set'
          ? { command: 'set', changes: settingsOf(flags, files) }
          : { command: subcommand };
      return { action: 'virtual-camera control', request, ...(to !== undefined && { to }), style };
    }
  }
}

function runOptions(flags: Flags, style: Style, files: Files): RunOptions {
  const { camera, to } = flags;
  if (to === '-' && style === 'json') {
    throw usageError('--json does not go with --to -: both would be on standard output.');
  }
  if (to === '' || camera === '') throw usageError('The name of a device is empty.');
  const background = opaque(chooseBackground(flags, files));
  return {
    ...pickDescribed(flags, VIRTUAL_CAMERA_OPTIONS),
    ...(camera !== undefined && { camera: cameraOf(camera, files) }),
    ...(to !== undefined && { output: to }),
    ...(background && { background }),
  };
}

function cameraOf(text: string, files: Files): NonNullable<RunOptions['camera']> {
  if (isVideoDevice(text) || text.startsWith('/dev/')) return { type: 'camera', device: text };
  const input = parseInput(text, files);
  if (typeof input !== 'string') return input;
  throw usageError(
    `'${text}' is not a camera: give a device such as /dev/video0, camera, camera:/dev/video0 or lavfi:GRAPH.`,
  );
}

function settingsOf(flags: Flags, files: Files): VirtualCameraSettings {
  const chosen = opaque(chooseBackground(flags, files));
  // The one that runs may have another working directory.
  const background =
    chosen?.type === 'image' || chosen?.type === 'video'
      ? { ...chosen, source: resolve(chosen.source) }
      : chosen;
  const changes = { ...pickDescribed(flags, VIRTUAL_CAMERA_SETTINGS), ...(background && { background }) };
  if (Object.keys(changes).length === 0) {
    throw usageError('There is nothing to set: give an option, as in --background beach.jpg.');
  }
  return changes;
}

function opaque(background: FileBackground | undefined): FileBackground | undefined {
  if (background?.type !== 'transparent') return background;
  throw usageError(
    "A virtual camera cannot be transparent: use a colour that the other program removes, such as --background '#00b140'.",
  );
}

/** What `install` was given for the command itself. */
function serviceArguments(argv: readonly string[]): readonly string[] {
  const own = ['--enable', '--json', '-q', '--quiet'];
  return argv.slice(argv.indexOf('install') + 1).filter((argument) => !own.includes(argument));
}
