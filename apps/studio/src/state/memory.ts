import { signal } from '@preact/signals';

/** Bytes that the page and its workers hold, where the browser tells. */
export const memory = signal<number | undefined>(undefined);

/** How often is asked, in milliseconds: measuring costs something itself. */
const INTERVAL = 10_000;

/** Browsers that tell do so for isolated pages only. TypeScript does not know of it yet. */
interface MeasuringPerformance extends Performance {
  measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }>;
}

/**
 * Measures again and again.
 *
 * @returns What ends it.
 */
export function watchMemory(): () => void {
  const watching = setInterval(measure, INTERVAL);
  void measure();
  return () => clearInterval(watching);
}

async function measure(): Promise<void> {
  const asked = (performance as MeasuringPerformance).measureUserAgentSpecificMemory?.();
  const result = await asked?.catch(() => undefined);
  if (result) memory.value = result.bytes;
}
