import { mix, sheer } from './brush/color.js';
import { spruce } from './brush/fir.js';
import { cover, falling, glow, vignette } from './brush/light.js';
import { rough } from './brush/noise.js';
import { between, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, moving, still } from './drawn-background.js';

const random = seeded(61);

/** Flakes, far ones first; `falls` is how often each falls per loop. */
const FLAKES = Array.from({ length: 330 }, (_, index) => {
  const near = (index / 330) ** 3;
  return {
    x: between(random, -40, WIDTH + 40),
    start: random(),
    falls: near > 0.55 ? 3 : near > 0.1 ? 2 : 1,
    radius: 1.7 + 9 * near,
    opacity: near > 0.3 ? 0.5 : 0.85,
    sway: between(random, 8, 26),
    swings: Math.round(between(random, 1, 3)),
  };
});

/** The rows of the forest, from far to near. */
const ROWS = [
  { y: 520, height: 150, step: 20, color: '#a9b6cc' },
  { y: 560, height: 230, step: 42, color: '#8799b4' },
  { y: 620, height: 340, step: 78, color: '#5f7693' },
] as const;

/** A forest in the snow, at dusk. */
export const snow = defineBackground({
  id: 'snow',
  loop: 16,
  layers: [
    still((context) => {
      sky(context);
      for (const [index, row] of ROWS.entries()) soft(context, 3.4, (context) => forest(context, index, row));
      glow(context, 250, 470, 900, 420, '#ffd9c4', 0.34);
      soft(context, 4.5, clearing);
    }),
    moving(flakes),
    still((context) => vignette(context, 0.3)),
  ],
});

function sky(context: Context): void {
  cover(
    context,
    falling(context, 0, 620, [
      [0, '#7488ad'],
      [0.45, '#a3afca'],
      [0.8, '#dbcdd3'],
      [1, '#f0dad0'],
    ]),
  );
  glow(context, 250, 520, 800, 380, '#ffd6b8', 0.6);
}

function forest(context: Context, index: number, { y, height, step, color }: (typeof ROWS)[number]): void {
  const random = seeded(70 + index);
  for (let x = -40; x < WIDTH + 40; x += between(random, step * 0.6, step * 1.4)) {
    // Open in the middle, for a distant view.
    const side = Math.min(1, Math.abs(x - 780) / 700);
    const tall = height * between(random, 0.65, 1.1) * (0.45 + 0.75 * side);
    const base = y - 20 * side + between(random, -8, 8);
    spruce(
      context,
      random,
      x,
      base,
      tall,
      mix(color, '#eef1f6', 0.12 * random()),
      mix(color, '#f2f4f9', 0.6),
    );
  }
  context.fillStyle = falling(context, y - 60, y + 60, [
    [0, sheer('#dfe3ec', 0)],
    [1, sheer('#dfe3ec', 0.8)],
  ]);
  context.fillRect(-20, y - 60, WIDTH + 40, 120);
}

function clearing(context: Context): void {
  const random = seeded(45);
  const line = rough(44, 3, 6);
  for (const [index, y] of [612, 690, 800].entries()) {
    context.fillStyle = falling(context, y - 30, y + 170, [
      [0, ['#e6e3ea', '#eceaf0', '#f3f0f3'][index] ?? '#ffffff'],
      [1, ['#b9c1d4', '#b4bdd2', '#a9b4cc'][index] ?? '#ffffff'],
    ]);
    context.beginPath();
    context.moveTo(-20, HEIGHT + 20);
    for (let x = -20; x <= WIDTH + 20; x += 20) context.lineTo(x, y + line(x / 420 + index * 1.7) * 30);
    context.lineTo(WIDTH + 20, HEIGHT + 20);
    context.fill();
  }
  for (const [x, base, height] of [
    [265, 752, 430],
    [60, 810, 690],
    [1345, 742, 390],
    [1530, 800, 650],
  ] as const) {
    glow(context, x + height * 0.12, base, height * 0.3, height * 0.05, '#5b6b8c', 0.55);
    spruce(context, random, x, base, height, '#3c536f', '#dfe6f1');
  }
}

function flakes(context: Context, turn: number): void {
  for (const { x, start, falls, radius, opacity, sway, swings } of FLAKES) {
    const y = ((start + turn * falls) % 1) * (HEIGHT + 80) - 40;
    const at = x + sway * Math.sin(2 * Math.PI * (turn * swings + start));
    if (radius > 4) {
      glow(context, at, y, radius * 1.7, radius * 1.7, '#ffffff', opacity);
    } else {
      context.fillStyle = sheer('#ffffff', opacity);
      context.beginPath();
      context.arc(at, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
  }
}
