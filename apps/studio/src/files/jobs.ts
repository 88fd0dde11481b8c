import { convertVideo } from '@elsewhere/web';
import { signal } from '@preact/signals';
import { ASSETS } from '../state/assets.js';
import { backgroundOf, choice } from '../state/background.js';
import { looksOf } from '../state/looks.js';
import { loopOf } from '../state/loops.js';
import { after, type Event, type Job, nameOf, type Queue, upNext } from './queue.js';

/** The recordings, before and after their conversion. */
export const queue = signal<Queue>([]);

/** The selected recording. */
export const selectedId = signal<number | undefined>(undefined);

/** Abort the running conversions. */
const controllers = new Map<number, AbortController>();

let lastId = 0;

let isWorking = false;

/** Adds recordings to the queue and selects the last one. */
export function addRecordings(files: Iterable<File>): void {
  for (const file of files) {
    const id = ++lastId;
    dispatch({ type: 'added', id, file });
    selectedId.value = id;
  }
}

/** Queues the conversion of a recording with the current background. */
export function order(id: number): void {
  dispatch({ type: 'ordered', id, choice: choice.value });
  void work();
}

/** Aborts a conversion and leaves nothing of it. */
export function cancel(id: number): void {
  dispatch({ type: 'cancelled', id });
  controllers.get(id)?.abort();
}

/** Removes a recording and its result from the queue. */
export function remove(id: number): void {
  cancel(id);
  dispatch({ type: 'removed', id });
  if (selectedId.value === id) selectedId.value = queue.value.at(-1)?.id;
}

function dispatch(event: Event): void {
  queue.value = after(queue.value, event);
}

/** Converts one after the other: two at a time would take as long in total, and the first would finish later. */
async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let job = upNext(queue.value); job; job = upNext(queue.value)) {
    dispatch({ type: 'started', id: job.id, at: performance.now() });
    await convert(job);
  }
  isWorking = false;
}

async function convert({ id, file, choice }: Extract<Job, { stage: 'waiting' }>): Promise<void> {
  const controller = new AbortController();
  controllers.set(id, controller);
  const { signal } = controller;
  try {
    const loop = await loopOf(choice, signal);
    const background = loop ? { type: 'video' as const, source: loop } : await backgroundOf(choice);
    const { blob, mimeType, warnings } = await convertVideo(file, undefined, {
      ...looksOf(choice),
      assets: ASSETS,
      background,
      signal,
      onProgress: ({ seconds, totalSeconds = seconds }) =>
        dispatch({
          type: 'progressed',
          id,
          share: Math.min(1, seconds / totalSeconds),
          at: performance.now(),
        }),
    });
    if (!blob) throw new TypeError('The converter returned no file.');
    dispatch({
      type: 'finished',
      id,
      converted: {
        blob,
        name: nameOf(file.name, mimeType),
        warnings: warnings.map(({ message }) => message),
      },
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    dispatch({ type: 'failed', id, code });
  } finally {
    controllers.delete(id);
  }
}
