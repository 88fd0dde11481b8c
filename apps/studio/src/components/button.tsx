import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren, JSX } from 'preact';

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> {
  readonly kind?: 'primary' | 'quiet' | 'danger';
  readonly large?: boolean;
  readonly icon?: LucideIcon;
  readonly children: ComponentChildren;
}

/** A button with a text. */
export function Button({ kind, large, icon: Icon, children, ...rest }: ButtonProps) {
  const classes = ['button', kind && `button--${kind}`, large && 'button--large'].filter(Boolean).join(' ');
  return (
    <button type="button" class={classes} {...rest}>
      {Icon && <Icon size={18} aria-hidden="true" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'label'> {
  readonly icon: LucideIcon;
  /** The accessible name, also shown as a tooltip. */
  readonly label: string;
  readonly kind?: 'primary' | 'quiet' | 'danger';
}

/** A round button with an icon. */
export function IconButton({ icon: Icon, label, kind, ...rest }: IconButtonProps) {
  const classes = `button button--icon${kind ? ` button--${kind}` : ''}`;
  return (
    <button type="button" class={classes} aria-label={label} title={label} {...rest}>
      <Icon size={20} aria-hidden="true" />
    </button>
  );
}
