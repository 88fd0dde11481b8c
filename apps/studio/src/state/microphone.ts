import { signal } from '@preact/signals';
import { listDevices } from '../sources/camera.js';
import { openMicrophone } from '../sources/microphone.js';
import { isBoolean, isString, stored } from './stored.js';

/** Whether recordings and calls have sound. */
export const isMicrophoneOn = stored('microphone', true, isBoolean);

/** The id of the chosen microphone; empty for the browser's default. */
export const microphoneId = stored('microphoneId', '', isString);

export const microphones = signal<readonly MediaDeviceInfo[]>([]);

/**
 * Opens the chosen microphone.
 *
 * @returns Its track, which the caller must stop, or `undefined` if there is none or it is not allowed.
 */
export async function startMicrophone(): Promise<MediaStreamTrack | undefined> {
  const track = await openMicrophone(microphoneId.value).catch(() => undefined);
  if (track) await refreshMicrophones();
  return track;
}

/** Updates the list of microphones. */
export async function refreshMicrophones(): Promise<void> {
  microphones.value = await listDevices('audioinput');
}
