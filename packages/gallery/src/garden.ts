import { mix } from './brush/color.js';
import { cover, disc, falling, glow, vignette } from './brush/light.js';
import { leaf, twig } from './brush/plant.js';
import { between, pick, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, still } from './drawn-background.js';

/** A garden in the morning sun, far out of focus behind a few near leaves. */
export const garden = defineBackground({
  id: 'garden',
  layers: [
    still((context) => {
      soft(context, 22, trees);
      soft(context, 3, sparkle);
      soft(context, 9, bushes);
      soft(context, 6, twigs);
      glow(context, 300, 60, 1000, 760, '#fff3b0', 0.3);
      vignette(context, 0.36);
    }),
  ],
});

function trees(context: Context): void {
  const random = seeded(14);
  cover(
    context,
    falling(context, 0, HEIGHT, [
      [0, '#e6efb2'],
      [0.35, '#abcf6c'],
      [0.62, '#74a648'],
      [1, '#2f5a2a'],
    ]),
  );
  for (let index = 0; index < 130; index++) {
    const y = between(random, 0, HEIGHT);
    const shade = mix('#22552a', '#b4d862', random() * (1 - y / 1400));
    glow(
      context,
      between(random, 0, WIDTH),
      y,
      between(random, 60, 190),
      between(random, 50, 140),
      shade,
      0.6,
    );
  }
  // A sunlit clearing.
  glow(context, 820, 600, 520, 300, '#f2f0bd', 0.6);
}

/** Sun through leaves. */
function sparkle(context: Context): void {
  const random = seeded(15);
  for (let index = 0; index < 95; index++) {
    const y = between(random, -20, 620) * random();
    const color = pick(random, ['#fbf7cf', '#e9f0a8', '#d3e58a', '#f6efc0']);
    disc(
      context,
      between(random, -20, WIDTH + 20),
      y + 20,
      between(random, 14, 46),
      color,
      between(random, 0.08, 0.34),
    );
  }
}

function bushes(context: Context): void {
  const random = seeded(16);
  for (let index = 0; index < 420; index++) {
    const side = random() < 0.5 ? -1 : 1;
    const out = random() ** 0.7;
    const x = 800 + side * (420 + out * 420);
    const y = 920 - random() ** 1.3 * (120 + 430 * out);
    const color = mix('#234a2b', '#8fb75c', random() * (side < 0 ? 1 : 0.7));
    leaf(context, x, y, between(random, 40, 90), between(random, 22, 40), between(random, -2.9, -0.2), color);
  }
}

/** Twigs of a tree above the viewer. */
function twigs(context: Context): void {
  const random = seeded(17);
  for (const [x, y, length, angle] of [
    [-60, 60, 520, 0.5],
    [-40, -50, 470, 0.95],
    [-70, 250, 380, 0.25],
    [1660, -30, 540, 2.35],
    [1670, 150, 430, 2.75],
    [1500, -60, 330, 1.9],
  ] as const) {
    twig(context, random, x, y, length, angle, { shade: '#2c5a26', light: '#a6cc54' });
  }
}
