/** What may be chosen as a background. Own pictures and places are named, so that a choice can be kept. */
export type Choice =
  | { readonly kind: 'none' }
  | { readonly kind: 'blur'; readonly strength: number }
  | { readonly kind: 'bokeh'; readonly strength: number }
  | { readonly kind: 'color'; readonly color: string }
  | { readonly kind: 'transparent' }
  | { readonly kind: 'place'; readonly id: string }
  | { readonly kind: 'own'; readonly id: string };

/** The two blurs that can be had with one click; anything between by the slider. */
export const BLURS = { light: 0.3, strong: 0.8 } as const;

/** How strong bokeh is that was chosen with one click. */
export const BOKEH = 0.6;

/** What chroma keyers look for. */
export const GREEN = '#00b140';

export const COLORS: readonly string[] = ['#f4f1ea', '#c9d6d3', '#2f4858', '#16191c', '#c96f4a'];

/** Whether what was kept is a choice: it may come from another version. */
export function isChoice(value: unknown): value is Choice {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const { strength, color, id } = value as Readonly<Record<string, unknown>>;
  switch (value.kind) {
    case 'none':
    case 'transparent':
      return true;
    case 'blur':
    case 'bokeh':
      return typeof strength === 'number' && strength >= 0 && strength <= 1;
    case 'color':
      return typeof color === 'string' && /^#[\da-f]{6}$/i.test(color);
    case 'place':
    case 'own':
      return typeof id === 'string';
    default:
      return false;
  }
}

/** Whether light and colours of a background can play upon the person. */
export function isPicture({ kind }: Choice): boolean {
  return kind === 'place' || kind === 'own';
}

/** The name of a choice's tile. */
export function keyOf(choice: Choice): string {
  switch (choice.kind) {
    case 'blur':
      return choice.strength < 0.55 ? 'blur:light' : 'blur:strong';
    case 'color':
      return `color:${choice.color}`;
    case 'place':
    case 'own':
      return `${choice.kind}:${choice.id}`;
    default:
      return choice.kind;
  }
}
