import { describe, expect, it } from 'vitest';
import { after, type Event, nameOf, type Queue, secondsLeft, upNext } from '../../src/files/queue.js';

const blur = { kind: 'blur', strength: 0.5 } as const;
const converted = { blob: new Blob(['new']), name: 'talk.elsewhere.mp4', warnings: [] };

/** The queue after two recordings have come, and these events. */
function queueAfter(...events: readonly Event[]): Queue {
  const both: Event[] = [1, 2].map((id) => ({ type: 'added', id, file: new File([], `${id}.mp4`) }));
  return [...both, ...events].reduce(after, []);
}

const stages = (queue: Queue) => queue.map(({ stage }) => stage);
const ordered = (id: number): Event => ({ type: 'ordered', id, choice: blur });
const started = (id: number, at = 0): Event => ({ type: 'started', id, at });

describe('the queue of recordings', () => {
  it('one after the other, in the order in which they came', () => {
    let queue = queueAfter(ordered(2), ordered(1));
    expect(upNext(queue)?.id).toBe(1);
    queue = after(queue, started(1));
    expect(stages(queue)).toEqual(['working', 'waiting']);
    expect(upNext(queue)).toBeUndefined();
    queue = after(queue, { type: 'finished', id: 1, converted });
    expect(upNext(queue)?.id).toBe(2);
  });

  it('nothing is converted that was not ordered', () => {
    expect(upNext(queueAfter())).toBeUndefined();
    expect(stages(queueAfter(started(1)))).toEqual(['ready', 'ready']);
  });

  it('a failure does not keep the next one waiting, and can be tried again', () => {
    const queue = queueAfter(ordered(1), ordered(2), started(1), { type: 'failed', id: 1, code: 'X' });
    expect(stages(queue)).toEqual(['failed', 'waiting']);
    expect(upNext(queue)?.id).toBe(2);
    expect(stages(after(queue, ordered(1)))).toEqual(['waiting', 'waiting']);
  });

  it('what comes after it was cancelled changes nothing', () => {
    const queue = queueAfter(ordered(1), started(1), { type: 'cancelled', id: 1 });
    for (const late of [
      { type: 'finished', id: 1, converted },
      { type: 'failed', id: 1, code: 'WORKER_FAILED' },
      { type: 'progressed', id: 1, share: 0.5, at: 1 },
    ] as const) {
      expect(stages(after(queue, late))).toEqual(['ready', 'ready']);
    }
  });

  it('a result is not lost by cancelling; removing takes it away', () => {
    const queue = queueAfter(ordered(1), started(1), { type: 'finished', id: 1, converted });
    expect(stages(after(queue, { type: 'cancelled', id: 1 }))).toEqual(['done', 'ready']);
    expect(stages(after(queue, { type: 'removed', id: 1 }))).toEqual(['ready']);
  });

  it('tells the time left by the time taken', () => {
    const [begun] = queueAfter(ordered(1), started(1, 1000));
    expect(begun && secondsLeft(begun)).toBeUndefined();
    const [quarter] = queueAfter(ordered(1), started(1, 1000), {
      type: 'progressed',
      id: 1,
      share: 0.25,
      at: 3000,
    });
    expect(quarter && secondsLeft(quarter)).toBe(6);
  });

  it('names the result after the recording', () => {
    expect(nameOf('my.talk.mov', 'video/mp4; codecs="avc1"')).toBe('my.talk.elsewhere.mp4');
    expect(nameOf('talk', 'video/webm')).toBe('talk.elsewhere.webm');
  });
});
