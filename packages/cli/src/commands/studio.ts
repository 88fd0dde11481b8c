import type { StudioPlan } from '../arguments.js';
import type { Environment } from '../environment.js';
import { EXIT_CODES } from '../exit-codes.js';
import type { Interruption } from '../interruption.js';
import { jsonLine } from '../json.js';

/**
 * Serves the studio until Ctrl-C, or opens the one that another process of this user serves already.
 *
 * @returns The exit code: 0 when it is ended.
 */
export async function runStudio(
  { port, opens, style }: StudioPlan,
  { stdout, stderr, serveStudio, openBrowser }: Environment,
  interruption: Interruption,
): Promise<number> {
  const { url, wasRunning, usualUrl, close } = await serveStudio(port);
  // Like a recording, the first Ctrl-C ends it and does not abort it.
  interruption.recording();
  if (style === 'json') stdout.write(jsonLine({ type: 'studio', url, wasRunning }));
  else stdout.write(`${url}\n`);
  if (style === 'people') {
    stderr.write(
      wasRunning
        ? 'Elsewhere is already running: open this address in your browser.\n'
        : 'Open this address in your browser. Press Ctrl-C to stop.\n',
    );
    if (usualUrl)
      stderr.write(`Backgrounds and settings that you keep at ${usualUrl} are not available here.\n`);
  }
  if (opens) openBrowser(url);
  if (wasRunning) return EXIT_CODES.ok.value;
  await aborted(interruption.stop);
  await close();
  return EXIT_CODES.ok.value;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
