import { signal } from '@preact/signals';
import { listDevices } from '../sources/camera.js';
import { openMicrophone } from '../sources/microphone.js';
import { isBoolean, isString, stored } from './stored.js';

/** Whether recordings and calls have sound. */
export const isMicrophoneOn = stored('microphone', true, isBoolean);

/** The chosen microphone; empty: the browser's first. */
export const microphoneId = stored('microphoneId', '', isString);

export const microphones = signal<readonly MediaDeviceInfo[]>([]);

/**
 * Opens the chosen microphone.
 *
 * @returns Its track, which is the caller's to stop, or `undefined` where there is none or it is not allowed.
 */
export async function startMicrophone(): Promise<MediaStreamTrack | undefined> {
  const track = await openMicrophone(microphoneId.value).catch(() => undefined);
  if (track) await refreshMicrophones();
  return track;
}

/** Looks which microphones there are. */
export async function refreshMicrophones(): Promise<void> {
  microphones.value = await listDevices('audioinput');
}
