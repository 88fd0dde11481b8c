/**
 * What was made for an object before, or else is made now.
 *
 * @param cache - What was made so far; it keeps no object alive.
 * @param key - The object.
 * @param make - Makes it.
 */
export function cached<Key extends object, Value>(
  cache: WeakMap<Key, Value>,
  key: Key,
  make: () => Value,
): Value {
  let value = cache.get(key);
  if (value === undefined) {
    value = make();
    cache.set(key, value);
  }
  return value;
}
