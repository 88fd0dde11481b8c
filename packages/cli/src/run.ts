import { type Plan, parseArguments } from './arguments.js';
import { convertAll } from './commands/convert.js';
import { manageModels } from './commands/models.js';
import { runStudio } from './commands/studio.js';
import { type Environment, hasColors } from './environment.js';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import type { Interruption } from './interruption.js';
import { errorEvent, jsonLine } from './json.js';
import { printError } from './messages.js';

/**
 * Runs the command; everything outside it is in the environment.
 *
 * @param argv - The arguments, without `node` and the script.
 * @param version - Of this package.
 * @returns The exit code. Never rejects.
 */
export async function run(
  argv: readonly string[],
  version: string,
  environment: Environment,
  interruption: Interruption,
): Promise<number> {
  const { stdout, variables, files } = environment;
  try {
    const plan = parseArguments(argv, {
      version,
      files,
      columns: stdout.columns,
      colors: hasColors(stdout, variables),
    });
    return await perform(plan, environment, interruption);
  } catch (error) {
    if (argv.includes('--json')) stdout.write(jsonLine(errorEvent(error)));
    printError(error, environment);
    return exitCodeOf(error);
  }
}

async function perform(plan: Plan, environment: Environment, interruption: Interruption): Promise<number> {
  switch (plan.action) {
    case 'print':
      environment.stdout.write(plan.text);
      return EXIT_CODES.ok.value;
    case 'convert':
      return convertAll(plan, environment, interruption);
    case 'studio':
      return runStudio(plan, environment, interruption);
    case 'virtual-camera':
      return (await import('./virtual-camera/run.js')).runVirtualCamera(plan, environment, interruption);
    case 'virtual-camera control':
      return (await import('./virtual-camera/control.js')).controlVirtualCamera(plan, environment);
    case 'virtual-camera devices':
      return (await import('./virtual-camera/devices.js')).printDevices(plan, environment);
    case 'virtual-camera install':
      return (await import('./virtual-camera/service.js')).installService(plan, environment);
    case 'virtual-camera uninstall':
      return (await import('./virtual-camera/service.js')).uninstallService(plan, environment);
    default:
      return manageModels(plan, environment, interruption);
  }
}
