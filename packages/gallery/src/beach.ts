import { mix, sheer } from './brush/color.js';
import { cover, falling, glow, vignette } from './brush/light.js';
import { cloud, type Line, rough } from './brush/noise.js';
import { between, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, moving, still } from './drawn-background.js';

const HORIZON = 430;
const SHORE = 735;
/** How many waves are approaching at the same time; each takes one loop. */
const WAVES = 5;
/** For how much of the loop a wave that has arrived runs up the sand and back. */
const SWASH = 0.34;

const random = seeded(25);
const LINES: readonly Line[] = Array.from({ length: WAVES }, (_, index) => rough(300 + index, 4, 8));

/** The sun on the water. */
const GLINTS = Array.from({ length: 620 }, () => {
  const near = random();
  return {
    near,
    x: 1120 + (random() + random() + random() - 1.5) * (260 + 520 * near),
    phase: random(),
    blinks: Math.round(between(random, 2, 6)),
  };
});

/** A quiet sea in the evening. */
export const beach = defineBackground({
  id: 'beach',
  loop: 20,
  layers: [
    still((context) => {
      soft(context, 3, (context) => {
        sky(context);
        water(context);
      });
    }),
    moving((context, turn) =>
      soft(context, 2.6, (context) => {
        waves(context, turn);
        glints(context, turn);
        swash(context, turn);
      }),
    ),
    still((context) => {
      glow(context, 1120, HORIZON - 60, 900, 560, '#ffd9a6', 0.3);
      vignette(context, 0.26);
    }),
  ],
});

function sky(context: Context): void {
  cover(
    context,
    falling(context, 0, HORIZON, [
      [0, '#7c9cc0'],
      [0.4, '#b7bfd0'],
      [0.72, '#efc9b6'],
      [1, '#fbdcae'],
    ]),
  );
  const far = cloud(512, 128, 77, 4, (value, y) => Math.max(0, value - 0.47) * 2.6 * Math.sin(Math.PI * y));
  context.globalAlpha = 0.8;
  context.drawImage(far, -60, 60, 1900, 300);
  context.globalAlpha = 1;
  glow(context, 1120, HORIZON - 40, 620, 300, '#fff2cf', 0.95);
}

function water(context: Context): void {
  context.fillStyle = falling(context, HORIZON, SHORE + 20, [
    [0, '#c9b9b4'],
    [0.1, '#9aa9b6'],
    [0.45, '#6f93a4'],
    [0.8, '#7fa9ad'],
    [1, '#a9c2b8'],
  ]);
  context.fillRect(-20, HORIZON, WIDTH + 40, SHORE + 30 - HORIZON);
  glow(context, 1120, HORIZON + 40, 420, 260, '#ffe6bd', 0.6);
  context.fillStyle = falling(context, SHORE - 30, HEIGHT, [
    [0, '#b79f84'],
    [0.3, '#c7ac8a'],
    [1, '#d8bd97'],
  ]);
  context.fillRect(-20, SHORE - 10, WIDTH + 40, HEIGHT);
  // Sand that is wet from the last waves shines.
  context.fillStyle = falling(context, SHORE, SHORE + 95, [
    [0, sheer('#8d7f78', 0.65)],
    [0.7, sheer('#a8937f', 0.4)],
    [1, sheer('#c7ac8a', 0)],
  ]);
  context.fillRect(-20, SHORE - 10, WIDTH + 40, 110);
  glow(context, 1120, SHORE + 50, 420, 60, '#ffe0b4', 0.5);
  const dunes = cloud(512, 128, 78, 8, (value) => Math.max(0, value - 0.45) * 0.5);
  context.drawImage(dunes, 0, SHORE + 60, WIDTH, 120);
}

/** The y position of something at a fraction (0 to 1) of the distance from the horizon to the shore. */
function depth(distance: number): number {
  return HORIZON + (SHORE - HORIZON) * distance ** 2.1;
}

function waves(context: Context, turn: number): void {
  for (const [index, line] of LINES.entries()) {
    const distance = (index / WAVES + turn) % 1;
    const y = depth(distance);
    const size = 1.5 + 22 * distance ** 2;
    const opacity = Math.min(1, distance * 2) ** 2 * Math.min(1, (1 - distance) * 9);
    band(context, line, y - size, size * 1.1, size * 0.7, sheer('#4c7486', 0.42 * opacity));
    band(context, line, y, size * 0.42, size * 0.7, sheer('#f0e6d6', 0.4 * opacity));
    if (distance > 0.72) {
      const foam = Math.min(1, (distance - 0.72) * 6) * opacity;
      band(context, line, y + size * 0.3, size * 0.5, size * 0.9, sheer('#fffaf0', 0.75 * foam));
    }
  }
}

/** A stripe of uneven width along an uneven line. */
function band(context: Context, line: Line, y: number, height: number, uneven: number, fill: string): void {
  context.fillStyle = fill;
  context.beginPath();
  const top = (x: number) => y + uneven * line(x / 230);
  context.moveTo(-20, top(-20));
  for (let x = -20; x <= WIDTH + 20; x += 20) context.lineTo(x, top(x));
  for (let x = WIDTH + 20; x >= -20; x -= 20) {
    context.lineTo(x, top(x) + height * (0.55 + 0.55 * line(x / 120 + 3)));
  }
  context.fill();
}

function glints(context: Context, turn: number): void {
  for (const { near, x, phase, blinks } of GLINTS) {
    const light = Math.max(0, Math.sin(2 * Math.PI * (turn * blinks + phase))) ** 2;
    if (light < 0.03) continue;
    const y = HORIZON + 6 + near ** 2 * (SHORE - HORIZON - 60);
    context.fillStyle = sheer('#fff0cc', 0.7 * light * (1 - 0.65 * near));
    context.beginPath();
    context.ellipse(x, y, 5 + 19 * near, 1 + 2.2 * near, 0, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Each wave that arrives runs up the sand and back again, and leaves it wet. */
function swash(context: Context, turn: number): void {
  for (const [index, line] of LINES.entries()) {
    const time = ((index / WAVES + turn) % 1) / SWASH;
    if (time > 1) continue;
    const up = Math.sin(Math.PI * time) ** 0.8 * (46 + 9 * (index % 3));
    const edge = (x: number) => SHORE - 16 + up + (10 + up * 0.3) * line(x / 300 + index * 2);
    context.fillStyle = falling(context, SHORE - 20, SHORE + 80, [
      [0, sheer('#9dbab4', 0.8)],
      [1, sheer(mix('#9dbab4', '#c9b394', 0.5), 0.55)],
    ]);
    context.beginPath();
    context.moveTo(-20, SHORE - 22);
    for (let x = -20; x <= WIDTH + 20; x += 16) context.lineTo(x, edge(x));
    context.lineTo(WIDTH + 20, SHORE - 22);
    context.fill();
    context.strokeStyle = sheer('#fffaf2', 0.8 * Math.sin(Math.PI * time) ** 0.5);
    context.lineWidth = 7;
    context.beginPath();
    for (let x = -20; x <= WIDTH + 20; x += 16) context.lineTo(x, edge(x));
    context.stroke();
  }
}
