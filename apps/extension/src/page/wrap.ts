/** A method as it was, its object, and what it is called with. */
type Method = (native: CallableFunction, self: unknown, args: readonly unknown[]) => unknown;

/**
 * Replaces a method by a proxy, which has its name, its length and its text. Does nothing where the browser lacks it.
 *
 * @param owner - The prototype.
 * @param name - The method's name.
 * @param handler - What is called in its place.
 */
export function wrapMethod(owner: object, name: string, handler: Method): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (typeof descriptor?.value !== 'function') return;
  Object.defineProperty(owner, name, { ...descriptor, value: proxyOf(descriptor.value, handler) });
}

/** Likewise for a property's getter. */
export function wrapGetter(owner: object, name: string, handler: Method): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (!descriptor?.get) return;
  Object.defineProperty(owner, name, { ...descriptor, get: proxyOf(descriptor.get, handler) });
}

// biome-ignore lint/complexity/noBannedTypes: a property descriptor has functions of any kind.
function proxyOf<F extends Function>(native: F, handler: Method): F {
  return new Proxy(native, { apply: (_, self, args) => handler(native, self, args) });
}
