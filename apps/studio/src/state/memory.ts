import { signal } from '@preact/signals';

/** The memory of the page and its workers in bytes, if the browser reports it. */
export const memory = signal<number | undefined>(undefined);

/** The interval between measurements, in milliseconds: measuring has a cost itself. */
const INTERVAL = 10_000;

/** Available in isolated pages of some browsers. TypeScript's types lack it. */
interface MeasuringPerformance extends Performance {
  measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }>;
}

/**
 * Measures the memory repeatedly.
 *
 * @returns A function that stops it.
 */
export function startMeasuringMemory(): () => void {
  const timer = setInterval(measure, INTERVAL);
  void measure();
  return () => clearInterval(timer);
}

async function measure(): Promise<void> {
  const measured = (performance as MeasuringPerformance).measureUserAgentSpecificMemory?.();
  const result = await measured?.catch(() => undefined);
  if (result) memory.value = result.bytes;
}
