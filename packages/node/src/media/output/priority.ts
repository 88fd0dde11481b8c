import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

/** How nice an encoder's threads are: with 19, they would starve beside other programs. */
const NICENESS = 10;

/**
 * Opens an encoder whose threads yield to the one of the conversion. Everything waits for that one: while an encoder's threads keep
 * it from running, they soon run out of frames themselves. On two cores, a conversion takes a tenth less time. Only on Linux does a
 * thread have a priority of its own; elsewhere nothing changes.
 *
 * @param open - Opens the encoder, which starts its threads.
 * @returns What it returned.
 */
export function withYieldingThreads<T>(open: () => T): T {
  const before = new Set(threads());
  const opened = open();
  for (const id of threads()) if (!before.has(id)) lowerPriority(Number(id));
  return opened;
}

/** The ids of this process's threads. */
function threads(): readonly string[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc/self/task');
  } catch {
    // Without /proc, priorities stay as they are.
    return [];
  }
}

function lowerPriority(thread: number): void {
  try {
    setPriority(thread, NICENESS);
  } catch {
    // The thread has ended meanwhile.
  }
}
