/** A choice of a background. Drawn backgrounds and the user's files have ids, so that the choice can be stored. */
export type Choice =
  | { readonly kind: 'none' }
  | { readonly kind: 'blur'; readonly strength: number }
  | { readonly kind: 'bokeh'; readonly strength: number }
  | { readonly kind: 'color'; readonly color: string }
  | { readonly kind: 'transparent' }
  | { readonly kind: 'drawn'; readonly id: string }
  | { readonly kind: 'own'; readonly id: string };

/** The strengths of the two blur tiles; the slider sets any other. */
export const BLURS = { light: 0.3, strong: 0.8 } as const;

/** The strength of the bokeh tile. */
export const BOKEH = 0.6;

/** The green of chroma keying. */
export const GREEN = '#00b140';

export const COLORS: readonly string[] = ['#f4f1ea', '#c9d6d3', '#2f4858', '#16191c', '#c96f4a'];

/** Whether a stored value is a choice: it may be from another version. */
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
    case 'drawn':
    case 'own':
      return typeof id === 'string';
    default:
      return false;
  }
}

/** A choice under the name that it has today: earlier versions stored drawn backgrounds as places. */
export function upgradeChoice(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return value;
  return value.kind === 'place' ? { ...value, kind: 'drawn' } : value;
}

/** Whether a background has light and colours to match. */
export function isImageOrVideo({ kind }: Choice): boolean {
  return kind === 'drawn' || kind === 'own';
}

/** The key of a choice's tile. */
export function keyOf(choice: Choice): string {
  switch (choice.kind) {
    case 'blur':
      return choice.strength < 0.55 ? 'blur:light' : 'blur:strong';
    case 'color':
      return `color:${choice.color}`;
    case 'drawn':
    case 'own':
      return `${choice.kind}:${choice.id}`;
    default:
      return choice.kind;
  }
}

/** Whether two choices are the same background. */
export function isSame(a: Choice, b: Choice | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
