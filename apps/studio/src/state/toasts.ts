import { signal } from '@preact/signals';

/** A short message, with one thing that can be done about it. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** How long one stays, in milliseconds: time to read two sentences. */
const STAY = 7000;

/** Those that are shown, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);

let last = 0;

/** Shows a message for a while. */
export function toast(text: string, action?: Toast['action']): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((each) => each.text !== text), { id, text, action }];
  setTimeout(() => dismiss(id), STAY);
}

/** Takes a message away. */
export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}
