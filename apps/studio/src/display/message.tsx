import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';

interface MessageProps {
  /** What is shown behind the message. */
  readonly backdrop?: ComponentChildren;
  readonly icon?: LucideIcon;
  readonly title?: string;
  readonly children: ComponentChildren;
}

/** A message in place of the output. */
export function Message({ backdrop, icon: Icon, title, children }: MessageProps) {
  return (
    <div class={`picture picture--card${backdrop ? ' picture--backdrop' : ''}`}>
      {backdrop}
      <div class="card">
        <div class="card__body" role="status">
          {Icon && (
            <span class="card__icon">
              <Icon size={26} aria-hidden="true" />
            </span>
          )}
          {title && <h1>{title}</h1>}
          {children}
        </div>
      </div>
    </div>
  );
}
