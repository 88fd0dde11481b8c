import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DrawnPacket, draw, PICTURE, place, SOUND, type Stretch, SUBTITLES } from './recording.js';

/** The counter of a transport stream, in seconds. */
const WRAP = 2 ** 33 / 90_000;

/** The largest difference of where packets are from where they belong, per stream; `at` is where the recording starts. */
function apart(packets: readonly DrawnPacket[], times: readonly number[], at: number): number {
  return Math.max(...packets.map(({ truth }, index) => Math.abs((times[index] ?? Number.NaN) - at - truth)));
}

describe('the clock of a recording', () => {
  /** What the recording consists of, where its jumps are on the time line, and by how much the clock jumps. */
  const table: Record<
    string,
    {
      readonly stretches: readonly Stretch[];
      readonly options?: Parameters<typeof place>[1];
      readonly jumps: readonly (readonly [at: number, by: number])[];
    }
  > = {
    'that runs on is left alone': { stretches: [{ seconds: 4, clock: 1.4 }], jumps: [] },
    'that starts again (joined end to end)': {
      stretches: [
        { seconds: 2, clock: 1.4 },
        { seconds: 2, clock: 1.4 },
      ],
      jumps: [[2, -2]],
    },
    'that starts again, with sound stored later than picture': {
      stretches: [
        { seconds: 2, clock: 1.4, lag: 0.7 },
        { seconds: 2, clock: 1.4, lag: 0.7 },
      ],
      jumps: [[2, -2]],
    },
    'that goes below the start': {
      stretches: [
        { seconds: 2, clock: 100 },
        { seconds: 2, clock: 0.5 },
      ],
      jumps: [[2, -101.5]],
    },
    'that goes far ahead': {
      stretches: [
        { seconds: 2, clock: 1 },
        { seconds: 2, clock: 5000 },
      ],
      jumps: [[2, 4997]],
    },
    'that goes far ahead where timestamps rarely restart, in sound and picture': {
      stretches: [
        { seconds: 2, clock: 1 },
        { seconds: 2, clock: 100 },
      ],
      options: { restarts: false },
      jumps: [[2, 97]],
    },
    'that goes back by one frame after frames stored in another order': {
      stretches: [
        { seconds: 2, clock: 0, delay: 2 },
        { seconds: 2, clock: 0, delay: 2 },
      ],
      options: { reorder: 2 / 25 },
      jumps: [[2, -2]],
    },
    'that jumps and returns': {
      stretches: [
        { seconds: 2, clock: 0 },
        { seconds: 2, clock: 500 },
        { seconds: 2, clock: 4 },
      ],
      jumps: [[2, 498]],
    },
    'that jumps three times': {
      stretches: [
        { seconds: 1, clock: 10 },
        { seconds: 1, clock: 10 },
        { seconds: 1, clock: 3 },
        { seconds: 1, clock: 700 },
      ],
      jumps: [
        [1, -1],
        [2, -8],
        [3, 696],
      ],
    },
    'that wraps loses nothing, and is no jump': {
      stretches: [
        { seconds: 2, clock: WRAP - 2 },
        { seconds: 2, clock: 0 },
      ],
      options: { wrap: WRAP },
      jumps: [],
    },
    'of picture alone': {
      stretches: [
        { seconds: 2, clock: 7, samples: 0 },
        { seconds: 2, clock: 1, samples: 0 },
      ],
      jumps: [[2, -8]],
    },
    'whose sound begins with the second part': {
      stretches: [
        { seconds: 2, clock: 7, samples: 0 },
        { seconds: 2, clock: 1 },
      ],
      jumps: [[2, -8]],
    },
    'that starts again without the last second of sound': {
      stretches: [
        { seconds: 2, clock: 0, missing: (stream, index) => stream === SOUND && index > 47 },
        { seconds: 2, clock: 0 },
      ],
      jumps: [[2, -2]],
    },
  };

  it.each(Object.entries(table))('%s', (_what, { stretches, options, jumps }) => {
    const packets = draw(stretches);
    const { times, clock } = place(packets, options);
    // Sound packets are not a whole number in a stretch: where it decides the offset, it ends up to half a packet later.
    expect(apart(packets, times, stretches[0]?.clock ?? 0)).toBeLessThan(1024 / 48_000 / 2 + 1e-6);
    expect(clock.jumps).toHaveLength(jumps.length);
    for (const [index, [at, by]] of jumps.entries()) {
      expect((clock.jumps[index]?.at ?? 0) - (stretches[0]?.clock ?? 0)).toBeCloseTo(at, 0);
      expect(Math.abs((clock.jumps[index]?.by ?? 0) - by)).toBeLessThan(0.12);
    }
  });

  it('is not misled by times of decoding that were guessed from earlier frames', () => {
    const packets = draw([
      { seconds: 2, clock: 0, delay: 2 },
      { seconds: 2, clock: 102, delay: 2 },
    ]).map((packet, index, all) => {
      if (packet.stream !== PICTURE || packet.truth < 2 || packet.truth >= 2.08) return packet;
      const before = all
        .slice(0, index)
        .filter(({ stream }) => stream === PICTURE)
        .at(-1);
      return { ...packet, decode: (before?.decode ?? 0) - (packet.truth > 2.02 ? 100 : 0) + 0.04 };
    });
    const { times, clock } = place(packets, { restarts: false, reorder: 2 / 25 });
    expect(clock.jumps).toHaveLength(1);
    expect(apart(packets, times, 0)).toBeLessThan(1024 / 48_000 / 2 + 1e-6);
  });

  it('keeps a pause of the picture while sound goes on', () => {
    const packets = draw([
      { seconds: 40, clock: 0, missing: (stream, index) => stream === PICTURE && index > 25 && index < 900 },
    ]);
    for (const restarts of [true, false]) {
      const { times, clock } = place(packets, { restarts });
      expect(times).toEqual(packets.map(({ show }) => show));
      expect(clock.jumps).toEqual([]);
    }
  });

  it('keeps a pause of a recording without sound where timestamps never restart', () => {
    const packets = draw([
      { seconds: 1, clock: 0, samples: 0 },
      { seconds: 1, clock: 61, samples: 0 },
    ]);
    expect(place(packets, { restarts: false }).times).toEqual(packets.map(({ show }) => show));
  });

  it('moves subtitles with the part that they belong to', () => {
    const [first, second] = [draw([{ seconds: 2, clock: 1 }]), draw([{ seconds: 2, clock: 1 }])];
    const cue = { stream: SUBTITLES, decode: 1.5, show: 1.5, duration: 1 };
    const packets = [
      ...first.slice(0, 50),
      cue,
      ...first.slice(50),
      ...second.slice(0, 50),
      cue,
      ...second.slice(50),
    ];
    const { times } = place(packets);
    const found = packets.flatMap(({ stream }, index) => (stream === SUBTITLES ? [times[index] ?? 0] : []));
    expect(found[0]).toBe(1.5);
    expect(found[1]).toBeCloseTo(3.5, 1);
  });

  it('says where a time of the recording lies, for chapters', () => {
    const { clock } = place(
      draw([
        { seconds: 2, clock: 0 },
        { seconds: 2, clock: 1000 },
      ]),
    );
    expect(clock.position(1)).toBe(1);
    expect(clock.position(1001)).toBeCloseTo(3, 1);
  });

  it('is not confused by a single wrong timestamp', () => {
    const packets: DrawnPacket[] = draw([{ seconds: 4, clock: 0 }]).map((packet, index) =>
      index === 80
        ? { ...packet, decode: (packet.decode ?? 0) + 3000, show: (packet.show ?? 0) + 3000 }
        : packet,
    );
    const { times } = place(packets);
    for (const [index, { truth }] of packets.entries())
      if (index !== 80) expect(times[index]).toBeCloseTo(truth, 9);
  });

  it('keeps sound and picture together and loses nothing, whatever the clock does', () => {
    const stretch = fc.record({
      seconds: fc.integer({ min: 2, max: 8 }).map((value) => value / 2),
      clock: fc.oneof(
        fc.integer({ min: 0, max: 40 }).map((value) => value / 4),
        fc.integer({ min: 30, max: 90_000 }),
      ),
      fps: fc.constantFrom(10, 25, 30, 60),
      samples: fc.constantFrom(960, 1024, 1152, 1536),
      delay: fc.integer({ min: 0, max: 2 }),
      lag: fc.constantFrom(0, 0.1, 0.6),
      lost: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 4 }), (drawn) => {
        const stretches = drawn.map(({ lost, ...rest }) => ({
          ...rest,
          missing: (stream: number, index: number) => stream === SOUND && index > 3 && index % 401 === lost,
        }));
        // What jumps by less than frames are decoded ahead is no jump to some streams.
        fc.pre(
          stretches.every(({ clock }, index) => {
            const before = stretches[index - 1];
            return !before || Math.abs(before.clock + before.seconds - clock) > 0.6;
          }),
        );
        const packets = draw(stretches);
        const { times } = place(packets);
        expect(times).toHaveLength(packets.length);
        let from = 0;
        let longest = Number.NEGATIVE_INFINITY;
        for (const { seconds } of stretches) {
          const within = packets.flatMap((packet, index) =>
            packet.truth >= from - 1e-9 && packet.truth < from + seconds - 1e-9
              ? [{ ...packet, time: times[index] ?? 0 }]
              : [],
          );
          // All packets of a stretch, of all streams, have the same offset.
          const offsets = within.map(({ time, truth }) => time - truth);
          expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(1e-6);
          // No stretch begins before the last one's end.
          if (from > 0)
            expect(Math.min(...within.map(({ time }) => time))).toBeGreaterThan(longest - 0.1 - 1e-6);
          longest = Math.max(longest, ...within.map(({ time, duration }) => time + duration));
          from += seconds;
        }
      }),
      { numRuns: 200 },
    );
  });
});
