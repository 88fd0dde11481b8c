import { ShieldCheck } from 'lucide-preact';
import type { ComponentChildren } from 'preact';

/** What becomes of somebody's pictures. */
export function PrivacyNote({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="private">
      <ShieldCheck size={16} aria-hidden="true" />
      {children}
    </p>
  );
}
