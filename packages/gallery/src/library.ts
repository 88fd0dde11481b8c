import { darker, lighter, sheer } from './brush/color.js';
import { cover, falling, glow, gradient, vignette } from './brush/light.js';
import { seeded } from './brush/random.js';
import { HEIGHT } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { books, vessel } from './brush/things.js';
import { defineBackground, still } from './drawn-background.js';

const WALNUT = '#5a3822';
const LEATHER = [
  '#6e2f26',
  '#7d5a34',
  '#2f3f4a',
  '#4d5338',
  '#8c6b3f',
  '#3b2a22',
  '#a4895c',
  '#5a2a2f',
] as const;
const CASES = [-70, 345, 790, 1235] as const;
const ROWS = [-20, 150, 325, 505, 690, 880] as const;

/** Walls of books in the evening, and a lamp. */
export const library = defineBackground({
  id: 'library',
  layers: [
    still((context) => {
      soft(context, 5.5, (context) => {
        cover(context, darker(WALNUT, 0.72));
        for (const [index, x] of CASES.entries()) bookcase(context, index, x);
      });
      evening(context);
      soft(context, 5, lamp);
      glow(context, 1370, 560, 620, 560, '#ffb65c', 0.34);
      glow(context, 1370, 575, 190, 170, '#ffe2ad', 0.5);
      vignette(context, 0.5);
    }),
  ],
});

function bookcase(context: Context, index: number, x: number): void {
  const random = seeded(40 + index);
  const width = 400;
  for (const [row, top] of ROWS.entries()) {
    const bottom = ROWS[row + 1];
    if (bottom === undefined) break;
    context.fillStyle = falling(context, top, bottom, [
      [0, '#0d0704'],
      [0.5, darker(WALNUT, 0.62)],
      [1, darker(WALNUT, 0.5)],
    ]);
    context.fillRect(x, top, width, bottom - top);
    if ((row + index) % 5 === 2) {
      books(context, random, x + 12, bottom - 12, width * 0.52, bottom - top - 34, LEATHER);
      vessel(
        context,
        x + width * 0.76,
        bottom - 12,
        84,
        100,
        ['#9a7b4f', '#54635e'][index % 2] ?? '#9a7b4f',
        {
          neck: 0.5,
        },
      );
    } else {
      books(context, random, x + 12, bottom - 12, width - 24, bottom - top - 30, LEATHER, 0.97);
    }
    // The shelf above darkens the upper part of the books.
    context.fillStyle = falling(context, top, top + 90, [
      [0, sheer('#0a0502', 0.75)],
      [1, sheer('#0a0502', 0)],
    ]);
    context.fillRect(x, top, width, 90);
    plank(context, x, bottom - 12, width, 16);
  }
  for (const side of [x - 30, x + width]) {
    context.fillStyle = gradient(
      context,
      [side, 0],
      [side + 46, 0],
      [
        [0, darker(WALNUT, 0.35)],
        [0.25, lighter(WALNUT, 0.1)],
        [0.75, WALNUT],
        [1, darker(WALNUT, 0.5)],
      ],
    );
    context.fillRect(side, -20, 46, HEIGHT + 40);
  }
}

function plank(context: Context, x: number, y: number, width: number, thickness: number): void {
  context.fillStyle = darker(WALNUT, 0.1);
  context.fillRect(x, y, width, thickness);
  context.fillStyle = sheer('#ffcf94', 0.28);
  context.fillRect(x, y, width, 3);
}

/** Far from the lamp it is dark. */
function evening(context: Context): void {
  const shade = context.createRadialGradient(1330, 520, 120, 1330, 520, 1500);
  shade.addColorStop(0, 'rgba(30, 14, 4, 0)');
  shade.addColorStop(0.35, 'rgba(24, 12, 6, 0.2)');
  shade.addColorStop(1, 'rgba(12, 8, 9, 0.64)');
  cover(context, shade);
  glow(context, 1370, 540, 1000, 760, '#ff9d45', 0.24);
}

function lamp(context: Context): void {
  context.fillStyle = gradient(
    context,
    [1200, 0],
    [1600, 0],
    [
      [0, '#3a2415'],
      [0.4, '#7a4d2b'],
      [1, '#3d2616'],
    ],
  );
  context.fillRect(1130, 850, 520, 80);
  context.fillStyle = gradient(
    context,
    [1355, 0],
    [1385, 0],
    [
      [0, '#6b4a20'],
      [0.35, '#e8c27c'],
      [1, '#5c3d18'],
    ],
  );
  context.fillRect(1363, 620, 14, 232);
  context.beginPath();
  context.ellipse(1370, 850, 70, 16, 0, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = falling(context, 480, 640, [
    [0, '#f0b260'],
    [0.55, '#ffdf9f'],
    [1, '#fff0cb'],
  ]);
  context.beginPath();
  context.moveTo(1308, 480);
  context.lineTo(1432, 480);
  context.lineTo(1482, 640);
  context.lineTo(1258, 640);
  context.closePath();
  context.fill();
}
