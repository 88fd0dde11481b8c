import { spawn } from 'node:child_process';

/**
 * Opens an address in the browser, if there is one.
 */
export function openBrowser(url: string): void {
  const command = opener(process.platform, process.env);
  if (!command) return;
  const [program, ...args] = command;
  spawn(program, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function opener(
  platform: NodeJS.Platform,
  { DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv,
): readonly [string, ...string[]] | undefined {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      // The empty text is the title that `start` takes its first quoted argument for.
      return ['cmd', '/c', 'start', '""'];
    default:
      return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
  }
}
