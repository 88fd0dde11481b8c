import type { Bridge } from './get-user-media.js';
import { wrapMethod } from './wrap.js';

/**
 * Lets the page's list of devices begin with the camera that the user has chosen, as browsers list the default device first. Which
 * devices there are, and whether their labels are told, stays the browser's decision.
 */
export function wrapEnumerateDevices(bridge: Bridge): void {
  wrapMethod(MediaDevices.prototype, 'enumerateDevices', async (native, self, args) => {
    const devices: readonly MediaDeviceInfo[] = await Reflect.apply(native, self, args);
    return withFirst(devices, await bridge.camera());
  });
}

/**
 * The same list with one camera before the others; other kinds of devices keep their places.
 *
 * @param devices - The browser's list.
 * @param deviceId - The camera; `undefined`, or unknown to the list: the list stays as it is.
 */
export function withFirst(
  devices: readonly MediaDeviceInfo[],
  deviceId: string | undefined,
): readonly MediaDeviceInfo[] {
  const isCamera = ({ kind }: MediaDeviceInfo) => kind === 'videoinput';
  const isFirst = (device: MediaDeviceInfo) => Number(device.deviceId === deviceId);
  const cameras = devices.filter(isCamera).sort((a, b) => isFirst(b) - isFirst(a));
  return devices.map((device) => (isCamera(device) ? (cameras.shift() ?? device) : device));
}
