/** Mixes two colours of the form `#rrggbb`; `share` is the weight of the second one, 0 to 1. */
export function mix(first: string, second: string, share: number): string {
  const [from, to] = [channels(first), channels(second)];
  const mixed = from.map((value, index) => Math.round(value + ((to[index] ?? value) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Brightens a colour towards white. */
export function lighter(color: string, share: number): string {
  return mix(color, '#ffffff', share);
}

/** Darkens a colour towards black. */
export function darker(color: string, share: number): string {
  return mix(color, '#000000', share);
}

/** A colour with an opacity. */
export function sheer(color: string, opacity: number): string {
  return `rgba(${channels(color).join(', ')}, ${opacity.toFixed(4)})`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
}
