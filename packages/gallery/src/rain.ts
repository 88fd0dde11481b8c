import { darker, lighter, mix, sheer } from './brush/color.js';
import { cover, disc, falling, glow, gradient, vignette } from './brush/light.js';
import { between, pick, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { vessel } from './brush/things.js';
import { defineBackground, moving, still } from './drawn-background.js';

const random = seeded(90);

/** Still drops on the glass. */
const RESTING = Array.from({ length: 620 }, () => ({
  x: between(random, 0, WIDTH),
  y: between(random, 0, HEIGHT),
  radius: 1.6 + 5.5 * random() ** 3,
}));

/** Drops that run down the glass; `runs` is how often per loop. */
const RUNNING = Array.from({ length: 30 }, () => ({
  x: between(random, 20, WIDTH - 20),
  start: random(),
  runs: random() < 0.4 ? 2 : 1,
  radius: between(random, 4, 7.5),
  bend: between(random, 0, 9),
}));

/** Rain behind the glass. */
const STREAKS = Array.from({ length: 150 }, () => ({
  x: between(random, -40, WIDTH),
  start: random(),
  falls: Math.round(between(random, 9, 15)),
  length: between(random, 50, 120),
  opacity: between(random, 0.05, 0.15),
}));

/** A rainy afternoon behind a window. */
export const rain = defineBackground({
  id: 'rain',
  loop: 10,
  layers: [
    still((context) => {
      soft(context, 13, outside);
      soft(context, 3, lanterns);
    }),
    moving(streaks),
    still((context) => {
      soft(context, 1, (context) => {
        for (const { x, y, radius } of RESTING) drop(context, x, y, radius, radius);
      });
    }),
    moving((context, turn) => soft(context, 1, (context) => runningDrops(context, turn))),
    still((context) => {
      soft(context, 4.5, windowFrame);
      glow(context, 1650, 320, 700, 760, '#ffb978', 0.16);
      vignette(context, 0.42);
    }),
  ],
});

function outside(context: Context): void {
  const random = seeded(33);
  cover(
    context,
    falling(context, 0, HEIGHT, [
      [0, '#b8c4ca'],
      [0.42, '#9fb0b4'],
      [0.62, '#7a8f8c'],
      [1, '#46585a'],
    ]),
  );
  for (let house = 0; house < 9; house++) {
    const x = -60 + house * 200 + between(random, -40, 40);
    const top = between(random, 250, 420);
    context.fillStyle = sheer(mix('#7f9097', '#93a1a3', random()), 0.75);
    context.fillRect(x, top, between(random, 120, 220), HEIGHT);
  }
  for (let tree = 0; tree < 90; tree++) {
    const y = between(random, 400, 760);
    const near = (y - 400) / 360;
    const color = mix('#7c948a', '#34504a', near * 0.75 + random() * 0.25);
    glow(context, between(random, -40, WIDTH + 40), y, 70 + 80 * near, 60 + 60 * near, color, 0.75);
  }
  // A wet street reflects the sky.
  context.fillStyle = falling(context, 690, HEIGHT, [
    [0, sheer('#9fb0b6', 0)],
    [0.4, sheer('#a9b8bd', 0.6)],
    [1, sheer('#6d7f86', 0.7)],
  ]);
  context.fillRect(-20, 690, WIDTH + 40, 240);
}

function lanterns(context: Context): void {
  const random = seeded(34);
  for (let index = 0; index < 26; index++) {
    const color = pick(random, ['#ffdca0', '#ffc878', '#ffe9c8', '#ff9c78', '#d8e6ea']);
    const y = between(random, 430, 730);
    const x = between(random, 0, WIDTH);
    const radius = between(random, 10, 24);
    disc(context, x, y, radius, color, between(random, 0.18, 0.5));
    glow(context, x, y + (760 - y) * 1.7, radius, radius * 3, color, 0.14);
  }
}

function streaks(context: Context, turn: number): void {
  context.lineWidth = 1.6;
  for (const { x, start, falls, length, opacity } of STREAKS) {
    const y = ((start + turn * falls) % 1) * (HEIGHT + 260) - 130;
    context.strokeStyle = sheer('#f2f7f8', opacity);
    context.beginPath();
    context.moveTo(x, y - length);
    context.lineTo(x - length * 0.05, y);
    context.stroke();
  }
}

/** A drop shows the scene upside down: the ground at the top, the sky at the bottom. */
function drop(context: Context, x: number, y: number, radius: number, height: number): void {
  context.fillStyle = falling(context, y - height, y + height, [
    [0, sheer('#25343a', 0.62)],
    [0.5, sheer('#7f9196', 0.3)],
    [1, sheer('#eef4f5', 0.75)],
  ]);
  context.beginPath();
  context.ellipse(x, y, radius, height, 0, 0, 2 * Math.PI);
  context.fill();
  if (radius < 3) return;
  context.fillStyle = sheer('#ffffff', 0.7);
  context.beginPath();
  context.arc(x - radius * 0.3, y - height * 0.4, radius * 0.17, 0, 2 * Math.PI);
  context.fill();
}

function runningDrops(context: Context, turn: number): void {
  for (const { x, start, runs, radius, bend } of RUNNING) {
    const way = (start + turn * runs) % 1;
    // It stops for a moment now and then, and continues.
    const halting = way + 0.028 * Math.sin(way * 8 * Math.PI);
    const pathX = (y: number) => x + 5 * Math.sin(y / 90 + bend) + 2.5 * Math.sin(y / 31 + bend * 2);
    const y = halting * (HEIGHT + 420) - 60;
    const tail = 330;
    for (let piece = 0; piece < 11; piece++) {
      const from = y - (tail * piece) / 11;
      const to = y - (tail * (piece + 1)) / 11;
      context.strokeStyle = sheer('#e4edef', 0.26 * (1 - piece / 11));
      context.lineWidth = radius * (1.2 - 0.07 * piece);
      context.beginPath();
      context.moveTo(pathX(from), from);
      context.lineTo(pathX(to), to);
      context.stroke();
    }
    drop(context, pathX(y), y, radius, radius * 1.35);
  }
}

function windowFrame(context: Context): void {
  const wood = '#e4ddd2';
  for (const [x, width] of [
    [-40, 120],
    [520, 34],
    [1080, 34],
    [1530, 120],
  ] as const) {
    context.fillStyle = gradient(
      context,
      [x, 0],
      [x + width, 0],
      [
        [0, darker(wood, 0.5)],
        [0.5, darker(wood, 0.32)],
        [0.86, darker(wood, 0.4)],
        [1, lighter(wood, 0.1)],
      ],
    );
    context.fillRect(x, -20, width, HEIGHT + 40);
  }
  context.fillStyle = darker(wood, 0.42);
  context.fillRect(-20, -20, WIDTH + 40, 62);
  context.fillStyle = falling(context, 800, HEIGHT, [
    [0, lighter(wood, 0.2)],
    [0.12, darker(wood, 0.18)],
    [1, darker(wood, 0.5)],
  ]);
  context.fillRect(-20, 800, WIDTH + 40, 130);
  vessel(context, 1380, 828, 120, 96, '#a9674a', { neck: 0.96, foot: 0.72 });
  succulent(context, 1380, 742);
}

/** A rosette of pointed leaves. */
function succulent(context: Context, x: number, y: number): void {
  for (let index = 0; index < 15; index++) {
    const angle = -Math.PI / 2 + (index - 7) * 0.2;
    const length = 120 - Math.abs(index - 7) * 5 - (index % 2) * 22;
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    context.fillStyle = mix('#3f5f4e', '#8fae86', (index % 3) / 3 + (index < 7 ? 0.3 : 0));
    context.beginPath();
    context.moveTo(0, -9);
    context.quadraticCurveTo(length * 0.5, -12, length, 0);
    context.quadraticCurveTo(length * 0.5, 12, 0, 9);
    context.fill();
    context.restore();
  }
}
