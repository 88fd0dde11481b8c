import type { Environment } from '../environment.js';
import { EXIT_CODES } from '../exit-codes.js';
import { jsonLine } from '../json.js';
import { printNote } from '../messages.js';
import type { Style } from '../style.js';

/**
 * Prints cameras and loopback devices.
 *
 * @returns The exit code.
 */
export async function printDevices(
  { style }: { readonly style: Style },
  environment: Environment,
): Promise<number> {
  const { stdout, listVideoDevices } = environment;
  const devices = await listVideoDevices();
  if (style === 'json') for (const device of devices) stdout.write(jsonLine({ type: 'device', ...device }));
  if (style !== 'people') return EXIT_CODES.ok.value;
  const width = Math.max(0, ...devices.map(({ path }) => path.length));
  for (const { path, kind, name } of devices)
    stdout.write(`${path.padEnd(width)}  ${kind.padEnd(8)}  ${name}\n`);
  const lacks = (kind: string) => !devices.some((device) => device.kind === kind);
  if (lacks('camera')) printNote('', 'There is no camera.', environment);
  if (lacks('loopback')) {
    printNote(
      '',
      'There is no loopback device. Install v4l2loopback, then: sudo modprobe v4l2loopback exclusive_caps=1 card_label=Elsewhere.',
      environment,
    );
  }
  return EXIT_CODES.ok.value;
}
