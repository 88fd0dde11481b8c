import { type FromBridge, PORT_EVENT, READY_EVENT, type ToBridge } from '../protocol.js';
import { readSettings, watchSettings } from '../settings.js';
import { EngineFrame } from './engine-frame.js';

const engine = new EngineFrame();

function listen(port: MessagePort): void {
  const post = (message: FromBridge) => port.postMessage(message);
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
          post({ type: 'camera', id: data.id, deviceId: await chosenCamera() });
          return;
      }
    } catch {
      // The extension has been disabled, updated or reloaded: the page shows the fallback until it is loaded anew.
    }
  };
  watchSettings(async (settings, before) => {
    if (settings.camera === before.camera) return;
    const deviceId = await idOfCamera(settings.camera);
    if (deviceId) post({ type: 'switch', deviceId });
  });
}

async function chosenCamera(): Promise<string | undefined> {
  return idOfCamera((await readSettings()).camera);
}

/**
 * The id that a camera has for this page. Labels stay here: until the page may use a camera, the browser does not tell them, and
 * the page chooses.
 */
async function idOfCamera(label: string): Promise<string | undefined> {
  if (!label) return undefined;
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.find((device) => device.kind === 'videoinput' && device.label === label)?.deviceId;
}

// For the popup, which asks whether Elsewhere was on when the page was loaded.
Object.assign(globalThis, { elsewhereBridge: true });

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
