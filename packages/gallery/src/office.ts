import { darker, lighter, sheer } from './brush/color.js';
import { cover, falling, glow, gradient, vignette } from './brush/light.js';
import { rubberPlant } from './brush/plant.js';
import { seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { board, books, frame, vessel } from './brush/things.js';
import { defineBackground, still } from './drawn-background.js';

const OAK = '#b98f63';
const SPINES = ['#e8e0d2', '#3f5560', '#b8643e', '#d9b382', '#6f7d6a', '#2e3540', '#c9c2b4'] as const;

/** A bright room with shelves, a plant and a window somewhere to the left. */
export const office = defineBackground({
  id: 'office',
  layers: [
    still((context) => {
      soft(context, 5, (context) => {
        wall(context);
        shelves(context);
        print(context);
        sideboard(context);
      });
      soft(context, 6, plant);
      glow(context, 0, 240, 1050, 800, '#fff3dc', 0.5);
      vignette(context, 0.34);
    }),
  ],
});

function wall(context: Context): void {
  cover(
    context,
    gradient(
      context,
      [0, 200],
      [WIDTH, 500],
      [
        [0, '#efe8dc'],
        [0.45, '#d8cfc1'],
        [1, '#a89d8f'],
      ],
    ),
  );
  // The light of the window's panes on the wall.
  for (const [left, right] of [
    [250, 430],
    [452, 632],
  ] as const) {
    context.fillStyle = gradient(
      context,
      [left, 90],
      [right + 160, 620],
      [
        [0, sheer('#fff6e2', 0.75)],
        [1, sheer('#fff1d6', 0.1)],
      ],
    );
    context.beginPath();
    context.moveTo(left, 60);
    context.lineTo(right, 100);
    context.lineTo(right + 130, 640);
    context.lineTo(left + 130, 600);
    context.fill();
  }
}

function shelves(context: Context): void {
  const random = seeded(11);
  for (const [index, y] of [250, 470].entries()) {
    board(context, 1060, y, 470, 18, OAK);
    if (index === 0) {
      books(context, random, 1085, y, 190, 120, SPINES);
      vessel(context, 1350, y, 62, 104, '#d8cbb8', { neck: 0.45 });
      vessel(context, 1430, y, 52, 58, '#7c8b86', { neck: 0.8 });
    } else {
      vessel(context, 1118, y, 70, 76, '#c47f57', { neck: 0.72 });
      rubberPlant(context, random, 1118, y - 70, 105, { shade: '#38543c', light: '#86a674' }, 5);
      books(context, random, 1225, y, 230, 128, SPINES, 0.95);
    }
  }
}

function print(context: Context): void {
  frame(context, 690, 120, 200, 262, '#4a3d31', (x, y, width, height) => {
    context.fillStyle = '#e5d7c2';
    context.fillRect(x, y, width, height);
    context.fillStyle = '#c98f66';
    context.beginPath();
    context.arc(x + width * 0.6, y + height * 0.34, width * 0.22, 0, 2 * Math.PI);
    context.fill();
    for (const [at, color] of [
      [0.55, '#8fa09a'],
      [0.68, '#5d7370'],
      [0.82, '#35474a'],
    ] as const) {
      context.fillStyle = color;
      context.beginPath();
      context.moveTo(x, y + height * (at + 0.06));
      context.quadraticCurveTo(
        x + width * 0.4,
        y + height * (at - 0.14),
        x + width,
        y + height * (at + 0.02),
      );
      context.lineTo(x + width, y + height);
      context.lineTo(x, y + height);
      context.fill();
    }
  });
}

function sideboard(context: Context): void {
  const top = 730;
  context.fillStyle = falling(context, top - 60, top, [
    [0, sheer('#2a1f14', 0)],
    [1, sheer('#2a1f14', 0.22)],
  ]);
  context.fillRect(380, top - 60, 1240, 60);
  context.fillStyle = gradient(
    context,
    [380, 0],
    [WIDTH, 0],
    [
      [0, lighter(OAK, 0.08)],
      [1, darker(OAK, 0.4)],
    ],
  );
  context.fillRect(380, top, 1240, HEIGHT - top + 20);
  context.fillStyle = sheer('#fff2da', 0.35);
  context.fillRect(380, top, 1240, 9);
  context.fillStyle = sheer('#2a1a0c', 0.45);
  for (const x of [690, 1000, 1310]) context.fillRect(x, top + 18, 4, HEIGHT);
  books(context, seeded(5), 1180, top, 90, 110, SPINES);
  vessel(context, 1390, top, 92, 150, '#e4dacb', { neck: 0.34 });
}

function plant(context: Context): void {
  vessel(context, 175, 930, 230, 210, '#e7dfd3', { neck: 0.95, foot: 0.8 });
  rubberPlant(context, seeded(3), 175, 740, 560, { shade: '#1f3a2b', light: '#7fa070' }, 7);
}
