import { WebError } from '../errors.js';
import type { VirtualBackground } from '../virtual-background.js';

/** A sender that sends a processed track. */
export interface SenderAttachment {
  /** What is sent. */
  readonly track: MediaStreamTrack;
  /**
   * Ends the processing. If the sender has been given another track in the meantime it keeps that one.
   *
   * @param then - `stop` (default): nothing more is sent. `restore`: the camera as it is, **with the real room**.
   */
  detach(then?: 'stop' | 'restore'): Promise<void>;
}

/**
 * Lets a sender of an `RTCPeerConnection` send the processed track in place of the camera's; no renegotiation is needed.
 *
 * Until this resolves the sender sends what it sent before. For a new connection, `connection.addTrack(background.process(camera))`
 * never sends anything else.
 *
 * @param background - Processes the track. It stays the caller's.
 * @param sender - The sender.
 * @param camera - The camera's track. Default: the one that the sender sends.
 * @throws WebError `TRACK_INVALID` if there is no live video track, `DISPOSED`; a `DOMException` if the connection is closed.
 */
export async function attachToSender(
  background: VirtualBackground,
  sender: RTCRtpSender,
  camera: MediaStreamTrack | null = sender.track,
): Promise<SenderAttachment> {
  if (!camera) throw new WebError('TRACK_INVALID', 'The sender sends no track: say which camera to take.');
  const track = background.process(camera);
  try {
    await sender.replaceTrack(track);
  } catch (error) {
    track.stop();
    throw error;
  }
  return {
    track,
    detach: async (then = 'stop') => {
      try {
        if (sender.track === track) await sender.replaceTrack(then === 'restore' ? camera : null);
      } finally {
        track.stop();
      }
    },
  };
}
