import { mix, sheer } from './brush/color.js';
import { cover, disc, falling, glow, gradient, vignette } from './brush/light.js';
import { between, pick, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, moving, still } from './drawn-background.js';

/** Colours of windows, street lamps and signs. */
const LIGHTS = [
  '#ffc878',
  '#ffae55',
  '#ffdca0',
  '#ffe9c8',
  '#ff9c48',
  '#f0784e',
  '#8fc4dc',
  '#ffb868',
] as const;

interface Light {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
  readonly opacity: number;
}

const random = seeded(77);
const TOWERS = Array.from({ length: 26 }, (_, index) => ({
  x: -60 + index * 68 + between(random, -20, 20),
  width: between(random, 60, 130),
  top: between(random, 250, 560) - 120 * Math.exp(-(((index - 6) / 4) ** 2)),
}));
const WINDOWS: readonly Light[] = TOWERS.flatMap(({ x, width, top }) =>
  Array.from({ length: 10 }, () => ({
    x: x + Math.round(between(random, 0, 5)) * (width / 5),
    y: top + 30 + Math.round(between(random, 0, 14)) * 26,
    radius: between(random, 9, 17),
    color: pick(random, LIGHTS),
    opacity: 0.08 + 0.5 * random() ** 2,
  })),
);
const STREET: readonly Light[] = Array.from({ length: 90 }, () => {
  const near = random();
  return {
    x: between(random, -20, WIDTH + 20),
    y: 660 + near * 210,
    radius: 14 + near * 26,
    color: pick(random, LIGHTS),
    opacity: 0.12 + 0.45 * random() ** 2,
  };
});
/** All lights; every fourth one twinkles. */
const ALL = [...WINDOWS, ...STREET];

/** A city at night behind a large window, its lights out of focus. */
export const night = defineBackground({
  id: 'night',
  loop: 12,
  layers: [
    still((context) => {
      soft(context, 9, city);
      soft(context, 2.2, (context) => {
        context.globalCompositeOperation = 'lighter';
        for (const [index, light] of ALL.entries()) if (index % 4 !== 0) draw(context, light, 1);
      });
    }),
    moving((context, turn) =>
      soft(context, 2.2, (context) => {
        context.globalCompositeOperation = 'lighter';
        for (const [index, light] of ALL.entries()) {
          if (index % 4 !== 0) continue;
          const wave = Math.sin(2 * Math.PI * (turn * (1 + (index % 3)) + index * 0.37));
          draw(context, light, 0.9 + 0.5 * wave);
        }
        traffic(context, turn);
      }),
    ),
    still((context) => {
      soft(context, 5, windowFrame);
      vignette(context, 0.5);
    }),
  ],
});

function draw(context: Context, { x, y, radius, color, opacity }: Light, brightness: number): void {
  disc(context, x, y, radius, color, Math.min(1, opacity * brightness));
}

function city(context: Context): void {
  cover(
    context,
    falling(context, 0, HEIGHT, [
      [0, '#0b1226'],
      [0.45, '#1d2744'],
      [0.72, '#4a3c55'],
      [0.82, '#6a4a4c'],
      [1, '#1c1a2a'],
    ]),
  );
  glow(context, 520, 700, 1100, 380, '#e0905c', 0.5);
  for (const [index, { x, width, top }] of TOWERS.entries()) {
    const color = mix('#141b31', '#2a3050', ((index * 7) % 5) / 5);
    context.fillStyle = falling(context, top, 820, [
      [0, color],
      [1, mix(color, '#5b4350', 0.65)],
    ]);
    context.fillRect(x, top, width, HEIGHT);
    // Lit windows that are too far away to be distinct.
    for (let floor = top + 24; floor < 800; floor += 24) {
      context.fillStyle = sheer('#ffc27a', 0.05 + 0.3 * ((floor * 13 + index * 29) % 7 < 2 ? 1 : 0));
      context.fillRect(x + ((floor * 7) % width) * 0.6, floor, width * 0.3, 9);
    }
  }
  glow(context, 800, 860, 1300, 240, '#f0a563', 0.5);
}

/** Cars on a road far below. At the end of the loop each is where the next one was at its start. */
function traffic(context: Context, turn: number): void {
  const cars = 14;
  for (const [lane, color] of ['#fff0cf', '#ff5a45'].entries()) {
    for (let index = 0; index < cars; index++) {
      const share = (index + turn * (lane === 0 ? 2 : -2) + cars) / cars;
      const along = share % 1;
      const x = -60 + along * (WIDTH + 120);
      const edge = Math.min(1, 8 * along, 8 * (1 - along));
      disc(context, x, 800 - 90 * along + lane * 26, 13, color, 0.55 * edge);
    }
  }
}

function windowFrame(context: Context): void {
  const metal = (from: number, to: number) =>
    gradient(
      context,
      [from, 0],
      [to, 0],
      [
        [0, '#05070d'],
        [0.8, '#0e121c'],
        [1, '#3a3440'],
      ],
    );
  for (const [x, width] of [
    [-30, 70],
    [436, 26],
    [1150, 26],
    [1566, 60],
  ] as const) {
    context.fillStyle = metal(x, x + width);
    context.fillRect(x, -20, width, HEIGHT + 40);
  }
  context.fillStyle = '#080a12';
  context.fillRect(-20, -20, WIDTH + 40, 50);
  // The room is faintly reflected in the glass.
  glow(context, 1500, 260, 420, 420, '#ffbe7a', 0.14);
}
