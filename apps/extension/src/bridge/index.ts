import { type FromBridge, PORT_EVENT, READY_EVENT, type ToBridge } from '../protocol.js';
import { followSettings } from '../settings.js';
import { EngineFrame } from './engine-frame.js';

const engine = new EngineFrame();

function listen(port: MessagePort): void {
  const post = (message: FromBridge) => port.postMessage(message);
  let camera: string | undefined;
  const following = followSettings(async (settings) => {
    const isSwitched = camera !== undefined && camera !== settings.camera;
    camera = settings.camera;
    const deviceId = isSwitched ? await idOfCamera(camera) : undefined;
    // The user may have chosen again meanwhile.
    if (deviceId && camera === settings.camera) post({ type: 'switch', deviceId });
  });
  port.onmessage = async ({ data, ports }: MessageEvent<ToBridge>) => {
    try {
      switch (data.type) {
        case 'open': {
          const [feed] = ports;
          if (feed) await engine.connect(feed, data.lost);
          post({ type: 'opened', frame: engine.number });
          return;
        }
        case 'camera':
          await following;
          post({ type: 'camera', id: data.id, deviceId: await idOfCamera(camera) });
          return;
      }
    } catch {
      // The extension has been disabled, updated or reloaded: the page shows the fallback until it is loaded anew.
    }
  };
}

/**
 * The id that a camera has for this page. Labels stay here: until the page may use a camera, the browser does not tell them, and
 * the page chooses.
 */
async function idOfCamera(label: string | undefined): Promise<string | undefined> {
  if (!label) return undefined;
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.find((device) => device.kind === 'videoinput' && device.label === label)?.deviceId;
}

// For the popup, which asks whether Elsewhere was on when the page was loaded: see `injectScripts`.
(globalThis as { elsewhereSince?: string }).elsewhereSince ??= 'start';

// The other script runs before this one or after it.
globalThis.addEventListener(
  PORT_EVENT,
  (event) => {
    event.preventDefault();
    const [port] = (event as MessageEvent).ports;
    if (port) listen(port);
  },
  { once: true },
);
globalThis.dispatchEvent(new Event(READY_EVENT));
