import { darker, lighter, mix, sheer } from './brush/color.js';
import { cover, falling, glow, vignette } from './brush/light.js';
import { rough } from './brush/noise.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, still } from './drawn-background.js';

const VELVET = '#5c1626';

/** A velvet curtain with a spotlight on it, before the performance. */
export const curtain = defineBackground({
  id: 'curtain',
  layers: [
    still((context) => {
      soft(context, 4, folds);
      stageFloor(context);
      vignette(context, 0.62);
    }),
  ],
});

/** Folds are drawn in narrow strips: the slope of the cloth determines how much light it gets from the left. */
function folds(context: Context): void {
  const width = rough(3, 2, 24);
  const depth = rough(19, 2, 16);
  const height = (x: number, y: number) => {
    const spread = x + 16 * width(x / 210) - (x - 800) * 0.00004 * y;
    const fold = Math.sin(spread / 17 + 2.2 * width(x / 260 + 5));
    return fold * (0.75 + 0.35 * depth(x / 120));
  };
  cover(context, VELVET);
  for (let x = -20; x < WIDTH + 20; x += 2) {
    const stops = [0, 0.25, 0.5, 0.75, 1].map((at): [number, string] => {
      const y = at * HEIGHT;
      const slope = height(x + 2, y) - height(x - 2, y);
      const lit = 0.5 - slope * 1.7 + height(x, y) * 0.22;
      return [at, shade(lit)];
    });
    context.fillStyle = falling(context, 0, HEIGHT, stops);
    context.fillRect(x, -20, 3, HEIGHT + 40);
  }
}

function shade(lit: number): string {
  const share = Math.min(1, Math.max(0, lit));
  if (share < 0.55) return mix(darker(VELVET, 0.86), VELVET, share / 0.55);
  // Velvet shines at grazing angles.
  return mix(VELVET, lighter('#a53a4c', 0.06), (share - 0.55) / 0.45);
}

function stageFloor(context: Context): void {
  glow(context, 560, 250, 820, 760, '#ffa98c', 0.24);
  glow(context, 520, 200, 420, 420, '#ffd0b4', 0.12);
  context.fillStyle = falling(context, 0, 190, [
    [0, sheer('#080204', 0.85)],
    [1, sheer('#080204', 0)],
  ]);
  context.fillRect(-20, -20, WIDTH + 40, 210);
  context.fillStyle = falling(context, 560, HEIGHT, [
    [0, sheer('#0a0306', 0)],
    [1, sheer('#0a0306', 0.8)],
  ]);
  context.fillRect(-20, 560, WIDTH + 40, 360);
}
