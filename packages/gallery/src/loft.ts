import { darker, lighter, mix, sheer } from './brush/color.js';
import { cover, falling, glow, gradient, vignette } from './brush/light.js';
import { cloud } from './brush/noise.js';
import { rubberPlant } from './brush/plant.js';
import { between, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { board, books, vessel } from './brush/things.js';
import { defineBackground, still } from './drawn-background.js';

const COURSE = 33;
const BRICK = 96;

/** A brick wall in the evening with a hanging lamp in front of it. */
export const loft = defineBackground({
  id: 'loft',
  layers: [
    still((context) => {
      soft(context, 2.6, bricks);
      light(context);
      soft(context, 4.5, things);
      soft(context, 5, lamp);
      glow(context, 1240, 300, 300, 260, '#ffd08a', 0.5);
      glow(context, 1240, 290, 90, 80, '#fff1cf', 0.7);
      vignette(context, 0.42);
    }),
  ],
});

function bricks(context: Context): void {
  const random = seeded(8);
  cover(context, '#8d7465');
  for (let row = 0; row * COURSE < HEIGHT + COURSE; row++) {
    const y = row * COURSE - 10;
    const start = row % 2 === 0 ? -BRICK : -BRICK / 2;
    for (let x = start; x < WIDTH + BRICK; x += BRICK) {
      const tone = mix('#7d4a38', '#a5674c', random());
      const color = random() < 0.14 ? mix(tone, '#4d332b', 0.6) : mix(tone, '#b99080', random() * 0.35);
      const [shiftX, shiftY] = [between(random, -1.5, 1.5), between(random, -1, 1)];
      context.fillStyle = falling(context, y, y + COURSE, [
        [0, lighter(color, 0.1)],
        [0.3, color],
        [1, darker(color, 0.16)],
      ]);
      context.beginPath();
      context.roundRect(x + 3 + shiftX, y + 3 + shiftY, BRICK - 6, COURSE - 6, 4);
      context.fill();
    }
  }
  // Whitewash that has peeled off in places.
  const wash = cloud(512, 256, 31, 4, (value) => Math.max(0, value - 0.5) * 1.5);
  context.drawImage(wash, 0, 0, 1600, 900);
}

/** The lamp lights part of the wall; the rest is in a cool half-light. */
function light(context: Context): void {
  cover(
    context,
    gradient(
      context,
      [0, 300],
      [WIDTH, 500],
      [
        [0, sheer('#141a26', 0.72)],
        [0.45, sheer('#1c1a1e', 0.5)],
        [1, sheer('#24170f', 0.3)],
      ],
    ),
  );
  glow(context, 1240, 380, 820, 720, '#ffb066', 0.52);
  glow(context, 1240, 520, 460, 420, '#ffc98a', 0.28);
}

function things(context: Context): void {
  const random = seeded(12);
  board(context, 1010, 700, 640, 20, '#6b4526');
  books(context, random, 1040, 700, 180, 118, ['#d8c6a4', '#3d4a4c', '#9a5433', '#6b6a52', '#2b2a2e']);
  vessel(context, 1310, 700, 84, 112, '#3d4f4c', { neck: 0.5 });
  vessel(context, 1450, 700, 96, 74, '#b98d63', { neck: 0.86 });
  rubberPlant(context, random, 1450, 632, 190, { shade: '#26391f', light: '#9a9a52' }, 6);
  vessel(context, 130, 960, 250, 210, '#2c2d33', { neck: 0.95, foot: 0.75 });
  rubberPlant(context, seeded(4), 130, 770, 560, { shade: '#0f1c18', light: '#44604a' }, 7);
}

function lamp(context: Context): void {
  context.fillStyle = '#17120f';
  context.fillRect(1238, -20, 4, 200);
  context.fillStyle = gradient(
    context,
    [1150, 0],
    [1330, 0],
    [
      [0, '#0f0e10'],
      [0.3, '#4a4038'],
      [0.6, '#1f1b1a'],
      [1, '#0c0b0c'],
    ],
  );
  context.beginPath();
  context.moveTo(1222, 176);
  context.lineTo(1258, 176);
  context.quadraticCurveTo(1268, 214, 1336, 268);
  context.lineTo(1144, 268);
  context.quadraticCurveTo(1212, 214, 1222, 176);
  context.fill();
  context.fillStyle = '#ffe9b8';
  context.beginPath();
  context.ellipse(1240, 270, 92, 13, 0, 0, 2 * Math.PI);
  context.fill();
}
