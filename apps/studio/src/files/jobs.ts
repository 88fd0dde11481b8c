import { convertVideo } from '@elsewhere/web';
import { signal } from '@preact/signals';
import { ASSETS } from '../state/assets.js';
import { backgroundOf, choice } from '../state/background.js';
import { looksOf } from '../state/looks.js';
import { loopOf } from '../state/loops.js';
import { after, type Event, type Job, nameOf, type Queue, upNext } from './queue.js';

/** The recordings that are to be converted, or were. */
export const queue = signal<Queue>([]);

/** The one that is looked at. */
export const selectedId = signal<number | undefined>(undefined);

/** Ends the conversions that are under way. */
const controllers = new Map<number, AbortController>();

let lastId = 0;

let isWorking = false;

/** Takes recordings into the queue and looks at the last one. */
export function addRecordings(files: Iterable<File>): void {
  for (const file of files) {
    const id = ++lastId;
    tell({ type: 'added', id, file });
    selectedId.value = id;
  }
}

/** Converts a recording with the background that is chosen now, as soon as it is its turn. */
export function order(id: number): void {
  tell({ type: 'ordered', id, choice: choice.value });
  void work();
}

/** Ends a conversion; nothing is left of it. */
export function cancel(id: number): void {
  tell({ type: 'cancelled', id });
  controllers.get(id)?.abort();
}

/** Takes a recording, and what came of it, out of the queue. */
export function remove(id: number): void {
  cancel(id);
  tell({ type: 'removed', id });
  if (selectedId.value === id) selectedId.value = queue.value.at(-1)?.id;
}

function tell(event: Event): void {
  queue.value = after(queue.value, event);
}

/** Converts one after the other: two at a time would take as long, and be finished later. */
async function work(): Promise<void> {
  if (isWorking) return;
  isWorking = true;
  for (let job = upNext(queue.value); job; job = upNext(queue.value)) {
    tell({ type: 'started', id: job.id, at: performance.now() });
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
        tell({ type: 'progressed', id, share: Math.min(1, seconds / totalSeconds), at: performance.now() }),
    });
    if (!blob) throw new TypeError('The converter has given no file.');
    tell({
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
    tell({ type: 'failed', id, code });
  } finally {
    controllers.delete(id);
  }
}
