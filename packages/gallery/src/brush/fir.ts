import { between, type Random } from './random.js';
import type { Context } from './sheet.js';

const TIERS = 8;

/** A distant fir, with its lowest branches at `base`. */
export function fir(context: Context, x: number, base: number, height: number, fill: string): void {
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(x, base - height);
  for (const side of [1, -1]) {
    const tiers = Array.from({ length: TIERS }, (_, tier) => (tier + 1) / TIERS);
    for (const share of side > 0 ? tiers : tiers.reverse()) {
      const y = base - height * (1 - share);
      const half = side * height * 0.2 * share ** 0.9;
      const tips: [number, number][] = [
        [x + half, y],
        [x + half * 0.6, y - height * 0.014],
      ];
      for (const tip of side > 0 ? tips : tips.reverse()) context.lineTo(...tip);
    }
  }
  context.fill();
}

/** A near spruce, with snow on its branches. */
export function spruce(
  context: Context,
  random: Random,
  x: number,
  base: number,
  height: number,
  needles: string,
  snow: string,
): void {
  const whorls = 30;
  for (let whorl = whorls; whorl >= 1; whorl--) {
    const share = whorl / whorls;
    const y = base - height * (1 - share);
    for (const side of [-1, 1]) {
      const reach = side * height * 0.21 * share ** 0.85 * between(random, 0.68, 1.08);
      const droop = height * (0.012 + 0.03 * share) * between(random, 0.6, 1.3);
      const thick = height * 0.042;
      branch(context, x, y, reach, droop, thick, needles);
      branch(
        context,
        x,
        y - thick * 0.36,
        reach * 0.94,
        droop * 0.9,
        thick * between(random, 0.2, 0.62),
        snow,
      );
    }
  }
}

function branch(
  context: Context,
  x: number,
  y: number,
  reach: number,
  droop: number,
  thick: number,
  fill: string,
): void {
  context.fillStyle = fill;
  context.beginPath();
  context.moveTo(x, y - thick * 1.1);
  context.quadraticCurveTo(x + reach * 0.55, y - thick * 0.7, x + reach, y + droop);
  context.quadraticCurveTo(x + reach * 0.5, y + thick * 0.9, x, y + thick * 0.7);
  context.fill();
}
