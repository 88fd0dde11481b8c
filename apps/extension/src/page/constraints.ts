/** The older form of constraints, which Chromium still knows. */
interface Mandatory {
  readonly mandatory?: Readonly<Record<string, unknown>>;
}

/** What Firefox has for screens. */
interface MediaSource {
  readonly mediaSource?: string;
}

type VideoConstraints = MediaTrackConstraints & Mandatory & MediaSource;

/** Whether video constraints ask for a screen, a window or a tab, not for a camera. */
export function asksForScreen(video: unknown): boolean {
  if (typeof video !== 'object' || video === null) return false;
  const { mandatory, mediaSource } = video as VideoConstraints;
  return (
    mandatory?.['chromeMediaSource'] !== undefined || (mediaSource !== undefined && mediaSource !== 'camera')
  );
}

/**
 * The same constraints for one camera.
 *
 * @param video - The page's constraints.
 * @param deviceId - The camera's id for this page.
 */
export function withCamera(video: unknown, deviceId: string): unknown {
  if (typeof video !== 'object' || video === null) return { deviceId: { exact: deviceId } };
  const { mandatory, ...rest } = video as VideoConstraints;
  if (mandatory) return { ...rest, mandatory: { ...mandatory, sourceId: deviceId } };
  const { facingMode: _, groupId: __, ...others } = rest;
  return { ...others, deviceId: { exact: deviceId } };
}
