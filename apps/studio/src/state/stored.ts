import { effect, type Signal, signal } from '@preact/signals';

const PREFIX = 'elsewhere.';

/**
 * A signal whose value is stored by the browser.
 *
 * @param name - The key of the value.
 * @param initial - The value if there is no valid stored one.
 * @param isValid - Whether a stored value is valid: it may be from another version.
 * @param upgrade - Converts a value that an earlier version has stored.
 */
export function stored<Value>(
  name: string,
  initial: Value,
  isValid: (value: unknown) => value is Value,
  upgrade: (value: unknown) => unknown = (value) => value,
): Signal<Value> {
  const kept = upgrade(read(name));
  const value = signal(isValid(kept) ? kept : initial);
  effect(() => write(name, value.value));
  // Another window has changed the value: the output window follows the page.
  addEventListener('storage', ({ key }) => {
    if (key !== PREFIX + name) return;
    const changed = read(name);
    if (isValid(changed) && JSON.stringify(changed) !== JSON.stringify(value.peek())) value.value = changed;
  });
  return value;
}

/** A control's handler that sets a signal. */
export function setter<Value>(signal: Signal<Value>): (value: Value) => void {
  return (value) => {
    signal.value = value;
  };
}

/** Whether a value is one of several. */
export function oneOf<Value extends string>(values: readonly Value[]): (value: unknown) => value is Value {
  return (value): value is Value => values.some((each) => each === value);
}

/** Whether a value is a number in a range. */
export function within(min: number, max: number): (value: unknown) => value is number {
  return (value): value is number => typeof value === 'number' && value >= min && value <= max;
}

/** Whether a value is true or false. */
export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

/** Whether a value is a string. */
export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function read(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null');
  } catch {
    return undefined;
  }
}

function write(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Without storage the value lasts as long as the page.
  }
}
