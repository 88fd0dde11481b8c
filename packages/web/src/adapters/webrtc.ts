import { WebError } from '../errors.js';
import type { VirtualBackground } from '../virtual-background.js';

/** The latest attachment of each sender. Until its track has been replaced, `sender.track` is still the one before. */
const latest = new WeakMap<RTCRtpSender, MediaStreamTrack>();

/** A sender whose track is processed. */
export interface SenderAttachment {
  /** The track that is sent. */
  readonly track: MediaStreamTrack;
  /**
   * Ends the processing. A sender that has got another track meanwhile keeps that one.
   *
   * @param then - `stop` (default): nothing is sent any more. `restore`: the unprocessed camera, **with the camera background**.
   */
  detach(then?: 'stop' | 'restore'): Promise<void>;
}

/**
 * Lets a sender of an `RTCPeerConnection` send the processed track instead of the camera's, without renegotiation.
 *
 * Until this resolves, the sender sends what it sent before. For a new connection,
 * `connection.addTrack(background.process(camera))` never sends anything else.
 *
 * @example
 * ```ts
 * import { VirtualBackground } from '@elsewhere/web';
 * import { attachToSender } from '@elsewhere/web/webrtc';
 *
 * async function replaceBackground(sender: RTCRtpSender) {
 *   const background = await VirtualBackground.create({ assets: '/elsewhere/' });
 *   const { detach } = await attachToSender(background, sender);
 *   return detach;
 * }
 * ```
 *
 * @param background - Processes the track. It stays the caller's.
 * @param sender - Its track is replaced.
 * @param camera - The camera's track. Default: the sender's present track.
 * @throws WebError `TRACK_INVALID` if there is no live video track, `DISPOSED`; a `DOMException` if the connection is closed.
 */
export async function attachToSender(
  background: VirtualBackground,
  sender: RTCRtpSender,
  camera: MediaStreamTrack | null = sender.track,
): Promise<SenderAttachment> {
  if (!camera) throw new WebError('TRACK_INVALID', 'The sender has no track: pass the camera.');
  const track = background.process(camera);
  const before = latest.get(sender);
  latest.set(sender, track);
  try {
    await sender.replaceTrack(track);
  } catch (error) {
    if (before && latest.get(sender) === track) latest.set(sender, before);
    track.stop();
    throw error;
  }
  return {
    track,
    detach: async (then = 'stop') => {
      try {
        const isSent = sender.track === track && latest.get(sender) === track;
        if (isSent) await sender.replaceTrack(then === 'restore' ? camera : null);
      } finally {
        track.stop();
      }
    },
  };
}
