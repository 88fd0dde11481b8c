/**
 * Processes a list in order, several items at a time.
 *
 * @param concurrency - How many items at the same time, at least 1.
 * @param work - Processes one item; must not reject.
 * @param goOn - Called before each item; `false` starts no further one.
 */
export async function runPool<Item>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item, index: number) => Promise<void>,
  goOn: () => boolean,
): Promise<void> {
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) {
      if (!goOn()) return;
      await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
}
