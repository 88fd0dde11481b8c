/** What somebody asked for of a camera. */
export interface CameraWishes {
  readonly deviceId: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly frameRate: number | undefined;
}

/** What keeps a camera from being opened. */
export type CameraTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** Opens a camera; wishes that it cannot fulfil are not held against it. */
export function openCamera(wishes: CameraWishes): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: constraintsOf(wishes), audio: false });
}

/** Wishes as a browser takes them. */
export function constraintsOf({ deviceId, width, height, frameRate }: CameraWishes): MediaTrackConstraints {
  return {
    ...(deviceId && { deviceId: { ideal: deviceId } }),
    // Without a wish, cameras give 640x480.
    width: { ideal: width ?? 1280 },
    height: { ideal: height ?? 720 },
    frameRate: { ideal: frameRate ?? 30 },
  };
}

/** What an error of `getUserMedia` means. */
export function troubleOf(error: unknown): CameraTrouble {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

/** The devices of a kind that can be told apart; browsers give their names only after a permission. */
export async function listDevices(kind: MediaDeviceKind): Promise<readonly MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return all.filter((device) => device.kind === kind && device.deviceId !== '');
}
