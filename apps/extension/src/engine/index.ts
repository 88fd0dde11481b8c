import type { ToBackground, ToFrame } from '../protocol.js';
import { EngineHost } from './host.js';
import { sharePreview } from './preview.js';

/** The secret that the background script has confirmed, with the host of its page. */
let host: { readonly secret: string; readonly opened: Promise<EngineHost> } | undefined;

globalThis.addEventListener('message', ({ data, source, ports }: MessageEvent<unknown>) => {
  const [port] = ports;
  // The page itself may embed this frame and post to it, but has no secret.
  if (source === globalThis.parent && isConnection(data) && port) void connect(data.secret, port);
});

function isConnection(data: unknown): data is ToFrame {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'elsewhere' &&
    'secret' in data &&
    typeof data.secret === 'string'
  );
}

async function connect(secret: string, port: MessagePort): Promise<void> {
  host ??= { secret, opened: open(secret) };
  if (host.secret !== secret) return;
  (await host.opened).connect(port);
}

/**
 * Opens the host of the page whose bridge has made this frame.
 *
 * @throws Error if no bridge in this tab has made the secret; then nothing is processed here.
 */
async function open(secret: string): Promise<EngineHost> {
  const site: unknown = await chrome.runtime.sendMessage({ type: 'claim', secret } satisfies ToBackground);
  if (typeof site !== 'string') throw new Error('Unknown secret');
  const opened = await EngineHost.open(site);
  sharePreview(opened);
  return opened;
}
