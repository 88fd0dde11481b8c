/** The requested properties of a camera. */
export interface CameraRequest {
  readonly deviceId: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly frameRate: number | undefined;
}

/** Why a camera cannot be opened. */
export type CameraTrouble = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

/** Opens a camera. It may differ from the requested properties. */
export function openCamera(request: CameraRequest): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: constraintsOf(request), audio: false });
}

/** The request as media track constraints. */
export function constraintsOf({ deviceId, width, height, frameRate }: CameraRequest): MediaTrackConstraints {
  return {
    ...(deviceId && { deviceId: { ideal: deviceId } }),
    // Without constraints, cameras open at 640x480.
    width: { ideal: width ?? 1280 },
    height: { ideal: height ?? 720 },
    frameRate: { ideal: frameRate ?? 30 },
  };
}

/** The reason for an error of `getUserMedia`. */
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

/** The devices of a kind that have an id, which browsers reveal only after a permission. */
export async function listDevices(kind: MediaDeviceKind): Promise<readonly MediaDeviceInfo[]> {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return all.filter((device) => device.kind === kind && device.deviceId !== '');
}
