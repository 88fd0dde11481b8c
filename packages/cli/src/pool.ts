/**
 * Works through a list, a few at a time, in its order.
 *
 * @param items - The list.
 * @param concurrency - How many at the same time, at least 1.
 * @param work - Does one; must not reject.
 * @param goOn - Asked before each: `false` begins no further one.
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
