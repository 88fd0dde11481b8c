import { type FromBridge, PORT_EVENT, READY_EVENT, type ToBridge } from '../protocol.js';
import { wrapEnumerateDevices } from './enumerate-devices.js';
import { type Bridge, wrapGetUserMedia } from './get-user-media.js';
import { wrapTracks } from './track.js';

/** The bridge answers within so many milliseconds. */
const ANSWER_TIMEOUT = 1000;

/**
 * Hands one end of a channel over to the bridge. Both scripts run before the page's first one, in either order, and events
 * are dispatched at once: nothing of the page can listen yet.
 */
function openBridge(): Bridge {
  const { port1: port, port2 } = new MessageChannel();
  const asked = new Map<number, (deviceId: string | undefined) => void>();
  let lastId = 0;
  let frame = 0;
  let hasGone = false;
  const post = (message: ToBridge, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  port.onmessage = ({ data }: MessageEvent<FromBridge>) => {
    switch (data.type) {
      case 'opened':
        frame = data.frame;
        return;
      case 'camera':
        hasGone = false;
        asked.get(data.id)?.(data.deviceId);
        asked.delete(data.id);
        return;
      case 'switch':
        bridge.onSwitch?.(data.deviceId);
        return;
    }
  };
  const handOver = () =>
    !globalThis.dispatchEvent(new MessageEvent(PORT_EVENT, { ports: [port2], cancelable: true }));
  if (!handOver()) globalThis.addEventListener(READY_EVENT, handOver, { once: true });
  const bridge: Bridge = {
    onSwitch: undefined,
    connect(lost) {
      const channel = new MessageChannel();
      post({ type: 'open', lost }, [channel.port2]);
      return channel.port1;
    },
    get frame() {
      return frame;
    },
    camera: () =>
      new Promise((resolve) => {
        if (hasGone) {
          resolve(undefined);
          return;
        }
        const id = ++lastId;
        asked.set(id, resolve);
        post({ type: 'camera', id });
        setTimeout(() => {
          // A bridge whose extension has gone does not answer: nobody waits for it again.
          hasGone ||= asked.delete(id);
          resolve(undefined);
        }, ANSWER_TIMEOUT);
      }),
  };
  return bridge;
}

// Pages without a secure context have no cameras.
if (globalThis.MediaDevices && globalThis.MediaStreamTrack) {
  const bridge = openBridge();
  wrapTracks();
  wrapGetUserMedia(bridge);
  wrapEnumerateDevices(bridge);
}
