import { sheer } from './brush/color.js';
import { cover, glow, gradient, vignette } from './brush/light.js';
import { cloud } from './brush/noise.js';
import { frond } from './brush/plant.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, moving, still } from './drawn-background.js';

/** A shadow has one colour. */
const SHADOW = { shade: '#000000', light: '#000000' };

/** A plain warm wall in the afternoon, with the moving shadows of leaves outside. */
export const sunlit = defineBackground({
  id: 'sunlit',
  loop: 10,
  layers: [
    still(wall),
    moving((context, turn) => soft(context, 7, (context) => sun(context, turn))),
    still((context) => {
      glow(context, 500, 300, 900, 700, '#fff0cf', 0.2);
      vignette(context, 0.3);
    }),
  ],
});

function wall(context: Context): void {
  cover(
    context,
    gradient(
      context,
      [0, 100],
      [WIDTH, 800],
      [
        [0, '#d9b896'],
        [0.5, '#cda581'],
        [1, '#ac8262'],
      ],
    ),
  );
  const plaster = cloud(512, 256, 51, 8, (value) => Math.max(0, value - 0.35) * 0.24);
  context.drawImage(plaster, 0, 0, WIDTH, HEIGHT);
}

/** The light of a window, without the shadows of its bars and of leaves. */
function sun(context: Context, turn: number): void {
  context.fillStyle = gradient(
    context,
    [250, 60],
    [1250, 900],
    [
      [0, sheer('#ffe9c4', 0.85)],
      [0.6, sheer('#ffdfb0', 0.72)],
      [1, sheer('#ffd7a2', 0.3)],
    ],
  );
  for (const column of [0, 1, 2]) {
    for (const row of [0, 1]) {
      const left = 300 + column * 245 + row * 110;
      const top = 40 + column * 42 + row * 372;
      context.beginPath();
      context.moveTo(left, top);
      context.lineTo(left + 225, top + 38);
      context.lineTo(left + 325, top + 388);
      context.lineTo(left + 100, top + 350);
      context.fill();
    }
  }
  context.globalCompositeOperation = 'destination-out';
  for (const [index, { x, y, length, angle }] of LEAVES.entries()) {
    const sway =
      0.035 * Math.sin(2 * Math.PI * (turn + index * 0.17)) + 0.015 * Math.sin(4 * Math.PI * turn + index);
    frond(context, x, y, length, angle + sway, 0.7 + 2 * sway, SHADOW);
  }
  context.globalCompositeOperation = 'source-over';
}

const LEAVES = [
  { x: 1330, y: 760, length: 620, angle: -2.3 },
  { x: 1380, y: 700, length: 560, angle: -2.75 },
  { x: 1300, y: 820, length: 520, angle: -1.75 },
  { x: 240, y: 40, length: 430, angle: 0.5 },
  { x: 260, y: -20, length: 420, angle: 0.95 },
] as const;
