import { signal } from '@preact/signals';

/** A short message with an optional action. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

/** How long a message is shown, in milliseconds: enough to read two sentences. */
const DURATION = 7000;

/** The visible messages, the oldest first. */
export const toasts = signal<readonly Toast[]>([]);

let last = 0;

/** Shows a message for a while. */
export function toast(text: string, action?: Toast['action']): void {
  const id = ++last;
  toasts.value = [...toasts.value.filter((each) => each.text !== text), { id, text, action }];
  setTimeout(() => dismiss(id), DURATION);
}

/** Removes a message. */
export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}
