import { LiveKitProcessor } from '@elsewhere/web/livekit';
import type { Track } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import { FakeBackground, FakeTrack, fake } from './fakes.js';

const optionsOf = (track: FakeTrack) => ({ kind: 'video' as Track.Kind.Video, track: track.real });

describe('LiveKitProcessor', () => {
  it('has the processed track as soon as it is initialised', async () => {
    const camera = new FakeTrack();
    const processor = new LiveKitProcessor(new FakeBackground().real);
    await processor.init(optionsOf(camera));
    expect(fake(processor.processedTrack).source).toBe(camera);
  });

  it('switches to another camera and ends the previous processed track, but no camera', async () => {
    const [first, second] = [new FakeTrack(), new FakeTrack()];
    const background = new FakeBackground();
    const processor = new LiveKitProcessor(background.real);
    await processor.init(optionsOf(first));
    await processor.restart(optionsOf(second));
    expect(fake(processor.processedTrack).source).toBe(second);
    expect(background.processed.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect([first.readyState, second.readyState]).toEqual(['live', 'live']);
  });

  it('never leaves LiveKit without a processed track, because it would send the camera', async () => {
    const processor = new LiveKitProcessor(new FakeBackground().real);
    await processor.init(optionsOf(new FakeTrack()));
    const ended = new FakeTrack();
    ended.stop();
    await expect(processor.restart(optionsOf(ended))).rejects.toThrow('TRACK_INVALID');
    expect(fake(processor.processedTrack).source).toBeDefined();
    await processor.destroy();
    expect(fake(processor.processedTrack).readyState).toBe('ended');
  });

  it('can be destroyed before it is initialised, and twice', async () => {
    const processor = new LiveKitProcessor(new FakeBackground().real);
    await processor.destroy();
    await processor.destroy();
  });
});
