import { ShieldCheck } from 'lucide-preact';
import type { ComponentChildren } from 'preact';

/** A note on where the user's video is processed. */
export function PrivacyNote({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="private">
      <ShieldCheck size={16} aria-hidden="true" />
      {children}
    </p>
  );
}
