import { JitsiEffect } from '@elsewhere/web/jitsi';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBackground, FakeStream, FakeTrack, fake } from './fakes.js';

beforeEach(() => vi.stubGlobal('MediaStream', FakeStream));
afterEach(() => vi.unstubAllGlobals());

describe('JitsiEffect', () => {
  it('is for cameras, not for shared screens or microphones', () => {
    const effect = new JitsiEffect(new FakeBackground().real);
    expect(effect.isEnabled({ isVideoTrack: () => true, videoType: 'camera' })).toBe(true);
    expect(effect.isEnabled({ isVideoTrack: () => true, videoType: 'desktop' })).toBe(false);
    expect(effect.isEnabled({ isVideoTrack: () => false })).toBe(false);
  });

  it('replaces the video track and keeps the audio track', () => {
    const [camera, microphone] = [new FakeTrack('video'), new FakeTrack('audio')];
    const stream = new JitsiEffect(new FakeBackground().real).startEffect(
      new FakeStream([microphone, camera]).real,
    );
    // Jitsi takes the first of all tracks.
    const [first, second] = stream.getTracks();
    expect(fake(first).source).toBe(camera);
    expect(second).toBe(microphone);
  });

  it("stops its own track and not the camera's", () => {
    const camera = new FakeTrack();
    const background = new FakeBackground();
    const effect = new JitsiEffect(background.real);
    effect.startEffect(new FakeStream([camera]).real);
    effect.stopEffect();
    effect.stopEffect();
    expect(background.processed.map(({ readyState }) => readyState)).toEqual(['ended']);
    expect(camera.readyState).toBe('live');
  });

  it('starts again with the new stream that Jitsi opens when the camera is turned on again', () => {
    const background = new FakeBackground();
    const effect = new JitsiEffect(background.real);
    effect.startEffect(new FakeStream([new FakeTrack()]).real);
    effect.startEffect(new FakeStream([new FakeTrack()]).real);
    expect(background.processed.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
  });

  it('refuses a stream without video', () => {
    const effect = new JitsiEffect(new FakeBackground().real);
    expect(() => effect.startEffect(new FakeStream([]).real)).toThrow(
      expect.objectContaining({ code: 'TRACK_INVALID' }),
    );
  });
});
