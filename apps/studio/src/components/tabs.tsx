import type { LucideIcon } from 'lucide-preact';

/** A tab by its id. */
export interface TabItem<Id extends string> {
  readonly id: Id;
  readonly name: string;
  readonly icon?: LucideIcon;
}

interface TabsProps<Id extends string> {
  /** The accessible name of the tabs. */
  readonly label: string;
  /** The prefix of the ids of the tabs and the panel: see {@link tabPanel}. */
  readonly name: string;
  readonly items: readonly TabItem<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
}

/** A row of tabs; the arrow keys move between them. */
export function Tabs<Id extends string>({ label, name, items, selected, onSelect }: TabsProps<Id>) {
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = items.findIndex(({ id }) => id === selected);
    const next = items[(index + step + items.length) % items.length];
    if (!next) return;
    onSelect(next.id);
    document.getElementById(`${name}-tab-${next.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {items.map(({ id, name: title, icon: Icon }) => (
        <button
          key={id}
          class="tab"
          type="button"
          role="tab"
          id={`${name}-tab-${id}`}
          aria-label={title}
          aria-selected={id === selected}
          aria-controls={`${name}-panel`}
          tabIndex={id === selected ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {Icon && <Icon size={17} aria-hidden="true" />}
          <span>{title}</span>
        </button>
      ))}
    </div>
  );
}

/** The attributes of the panel that belongs to tabs. */
export function tabPanel(name: string, selected: string) {
  return { role: 'tabpanel', id: `${name}-panel`, 'aria-labelledby': `${name}-tab-${selected}` } as const;
}
