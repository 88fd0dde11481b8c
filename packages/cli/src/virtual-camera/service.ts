import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment, Variables } from '../environment.js';
import { CommandError, usageError } from '../errors.js';
import { EXIT_CODES } from '../exit-codes.js';
import { jsonLine } from '../json.js';
import type { Style } from '../style.js';
import type { InstallPlan } from './plan.js';

/** The service's name. */
export const SERVICE = 'elsewhere-virtual-camera.service';

/**
 * Writes a systemd user service that runs the command, and starts it if that is asked for.
 *
 * @returns The exit code.
 */
export async function installService(plan: InstallPlan, environment: Environment): Promise<number> {
  const { stdout, stderr, variables, command, directory } = environment;
  const path = servicePath(variables);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, serviceText([...command, ...plan.argv], directory));
  await systemctl(environment, 'daemon-reload');
  if (plan.enables) {
    await systemctl(environment, 'enable', SERVICE);
    // One that ran already goes on with the new options.
    await systemctl(environment, 'restart', SERVICE);
  }
  if (plan.style === 'json') stdout.write(jsonLine({ type: 'service', path, enabled: plan.enables }));
  if (plan.style === 'people') {
    stdout.write(`${path}\n`);
    stderr.write(
      plan.enables
        ? 'It runs now, and from each login on. Its messages: journalctl --user -u elsewhere-virtual-camera.\n'
        : `Start it now and at each login with: systemctl --user enable --now ${SERVICE}\n`,
    );
  }
  return EXIT_CODES.ok.value;
}

/**
 * Stops the service and removes it.
 *
 * @returns The exit code.
 */
export async function uninstallService(
  { style }: { readonly style: Style },
  environment: Environment,
): Promise<number> {
  const path = servicePath(environment.variables);
  // It may be neither enabled nor known.
  await systemctl(environment, 'disable', '--now', SERVICE).catch(() => {});
  await rm(path, { force: true });
  await systemctl(environment, 'daemon-reload');
  if (style === 'json') environment.stdout.write(jsonLine({ type: 'service', path, enabled: false }));
  if (style === 'people') environment.stderr.write('The service was stopped and removed.\n');
  return EXIT_CODES.ok.value;
}

/** The service as systemd reads it. */
export function serviceText(command: readonly string[], directory: string): string {
  return `[Unit]
Description=Elsewhere virtual camera
Documentation=https://github.com/OWNER/elsewhere/blob/main/docs/virtual-camera.md

[Service]
ExecStart=${command.map(quoted).join(' ')}
WorkingDirectory=${escaped(directory)}
# A camera that is plugged in later, or a module that is loaded later.
Restart=on-failure
RestartSec=10
# What stays wrong until the options are changed: the command line, the background, the model.
RestartPreventExitStatus=2 5 6

[Install]
WantedBy=default.target
`;
}

function quoted(argument: string): string {
  const text = escaped(argument).replace(/["\\]/g, '\\$&').replaceAll('$', '$$$$');
  return `"${text}"`;
}

/** Without what systemd would replace. */
function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

function servicePath({ XDG_CONFIG_HOME, HOME }: Variables): string {
  const folder = XDG_CONFIG_HOME || (HOME && join(HOME, '.config'));
  if (!folder) throw usageError('There is no folder for settings: set HOME.');
  return join(folder, 'systemd/user', SERVICE);
}

async function systemctl({ runProgram }: Environment, ...argv: readonly string[]): Promise<void> {
  const failed = (why: string, cause?: unknown) =>
    new CommandError('OUTPUT_UNWRITABLE', `systemctl --user ${argv.join(' ')} failed: ${why}.`, { cause });
  const { code, stderr } = await runProgram('systemctl', ['--user', ...argv]).catch((cause) => {
    throw failed('there is no systemd on this system', cause);
  });
  if (code !== 0) throw failed(stderr.trim().split('\n').at(-1)?.replace(/\.$/, '') || `exit code ${code}`);
}
