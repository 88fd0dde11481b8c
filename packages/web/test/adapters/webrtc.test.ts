import { attachToSender } from '@elsewhere/web/webrtc';
import { describe, expect, it } from 'vitest';
import { FakeBackground, FakeTrack } from './fakes.js';

/** As much of a sender as the adapter touches. */
class FakeSender {
  track: FakeTrack | null;
  closed = false;

  constructor(track: FakeTrack | null) {
    this.track = track;
  }

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    if (this.closed) throw new Error('InvalidStateError');
    this.track = track;
  }

  get real(): RTCRtpSender {
    return this as unknown as RTCRtpSender;
  }
}

describe('attachToSender', () => {
  it('sends the processed track, and nothing after detach()', async () => {
    const camera = new FakeTrack();
    const sender = new FakeSender(camera);
    const background = new FakeBackground();
    const attachment = await attachToSender(background.real, sender.real);
    expect(sender.track?.source).toBe(camera);
    await attachment.detach();
    expect(sender.track).toBeNull();
    expect([background.processed[0]?.readyState, camera.readyState]).toEqual(['ended', 'live']);
  });

  it('restores the camera only on request', async () => {
    const camera = new FakeTrack();
    const sender = new FakeSender(camera);
    await (await attachToSender(new FakeBackground().real, sender.real)).detach('restore');
    expect(sender.track).toBe(camera);
  });

  it('keeps a track that the sender has got meanwhile', async () => {
    const sender = new FakeSender(new FakeTrack());
    const attachment = await attachToSender(new FakeBackground().real, sender.real);
    const other = new FakeTrack();
    await sender.replaceTrack(other);
    await attachment.detach('restore');
    expect(sender.track).toBe(other);
  });

  it('keeps the track of a later attachment, also while that is still being sent to the connection', async () => {
    const [camera, other] = [new FakeTrack(), new FakeTrack()];
    const sender = new FakeSender(camera);
    const background = new FakeBackground();
    const first = await attachToSender(background.real, sender.real);
    // As in browsers: until a track is replaced, the sender has the one before.
    let replace: () => void = () => {};
    const ready = new Promise<void>((resolve) => {
      replace = resolve;
    });
    const replaceTrack = sender.replaceTrack.bind(sender);
    sender.replaceTrack = (track) => ready.then(() => replaceTrack(track));
    const second = attachToSender(background.real, sender.real, other.real);
    const detached = first.detach('restore');
    replace();
    await Promise.all([second, detached]);
    expect(sender.track?.source).toBe(other);
    await (await second).detach();
    expect(sender.track).toBeNull();
  });

  it("takes a camera that is not the sender's track", async () => {
    const [sender, camera] = [new FakeSender(null), new FakeTrack()];
    await expect(attachToSender(new FakeBackground().real, sender.real)).rejects.toMatchObject({
      code: 'TRACK_INVALID',
    });
    await attachToSender(new FakeBackground().real, sender.real, camera.real);
    expect(sender.track?.source).toBe(camera);
  });

  it('stops the processed track if the connection is closed', async () => {
    const sender = new FakeSender(new FakeTrack());
    const background = new FakeBackground();
    const attachment = await attachToSender(background.real, sender.real);
    sender.closed = true;
    await expect(attachment.detach()).rejects.toThrow('InvalidStateError');
    const camera = new FakeTrack().real;
    await expect(attachToSender(background.real, sender.real, camera)).rejects.toThrow('InvalidStateError');
    expect(background.processed.map(({ readyState }) => readyState)).toEqual(['ended', 'ended']);
  });
});
