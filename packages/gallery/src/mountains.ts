import { mix } from './brush/color.js';
import { fir } from './brush/fir.js';
import { cover, falling, glow, vignette } from './brush/light.js';
import { cloud, rough } from './brush/noise.js';
import { between, seeded } from './brush/random.js';
import { HEIGHT, WIDTH } from './brush/scene.js';
import type { Context } from './brush/sheet.js';
import { soft } from './brush/soft.js';
import { defineBackground, type Layer, moving, still } from './drawn-background.js';

/** Ridges, from far to near. */
const RIDGES = [
  { y: 392, rise: 120, cells: 5, color: '#c9b0bd' },
  { y: 456, rise: 110, cells: 6, color: '#ab9fba' },
  { y: 524, rise: 100, cells: 5, color: '#8493b0' },
  { y: 606, rise: 95, cells: 4, color: '#5b7795' },
  { y: 706, rise: 90, cells: 3, color: '#37566f' },
] as const;

const HAZE = '#f3d6c8';

/** A valley at daybreak, with mist between the ridges. */
export const mountains = defineBackground({
  id: 'mountains',
  loop: 24,
  layers: [
    still(sky),
    ...RIDGES.flatMap(({ y, rise, cells, color }, index): Layer[] => [
      still((context) =>
        soft(context, 2.4 - index * 0.2, (context) => ridge(context, index, y, rise, cells, color)),
      ),
      mist(index, y + rise * 0.7, 90 + index * 22, 0.75 - index * 0.09),
    ]),
    still((context) => {
      soft(context, 3, firs);
      glow(context, 1180, 380, 900, 620, '#ffdcae', 0.32);
      vignette(context, 0.22);
    }),
  ],
});

function sky(context: Context): void {
  cover(
    context,
    falling(context, 0, 520, [
      [0, '#7f9fc4'],
      [0.4, '#b3bfd3'],
      [0.75, '#f1cdbb'],
      [1, '#fbe0bf'],
    ]),
  );
  const streaks = cloud(512, 128, 9, 4, (value, y) => Math.max(0, value - 0.5) * 2.2 * Math.sin(Math.PI * y));
  context.drawImage(streaks, -100, 40, 1900, 260);
  glow(context, 1180, 400, 760, 420, '#fff0c9', 0.95);
}

function ridge(context: Context, index: number, y: number, rise: number, cells: number, color: string): void {
  const line = rough(60 + index * 17, 6, cells * 2, 0.47);
  context.fillStyle = falling(context, y - rise, y + rise * 2, [
    [0, color],
    [1, mix(color, HAZE, 0.55)],
  ]);
  context.beginPath();
  context.moveTo(-20, HEIGHT + 20);
  for (let x = -20; x <= WIDTH + 20; x += 4) {
    // The valley is open in the middle.
    const slope = Math.abs(x - 900) / 900;
    const peak = 1 - Math.abs(line((x / WIDTH) * cells)) * 1.6;
    context.lineTo(x, y - rise * (peak * 0.8 + slope * 0.75 - 0.5));
  }
  context.lineTo(WIDTH + 20, HEIGHT + 20);
  context.fill();
}

/** A drifting bank of mist. Two of them alternate, so that the loop is seamless. */
function mist(index: number, y: number, height: number, opacity: number): Layer {
  let banks: readonly OffscreenCanvas[] | undefined;
  const paintBank = (seed: number) =>
    cloud(256, 64, seed, 4, (value, at) => Math.max(0, value - 0.28) * 1.7 * Math.sin(Math.PI * at) ** 2);
  return moving((context, turn) => {
    banks ??= [paintBank(200 + index), paintBank(300 + index)];
    for (const [half, bank] of banks.entries()) {
      const drift = (turn + half / 2) % 1;
      context.globalAlpha = opacity * Math.sin(Math.PI * drift) ** 2;
      const x = -200 + (drift - 0.5) * (120 + 40 * index);
      context.drawImage(bank, x, y - height, WIDTH + 400, height * 2);
    }
    context.globalAlpha = 1;
  });
}

function firs(context: Context): void {
  const random = seeded(21);
  const line = rough(5, 4, 12);
  const ground = (x: number) => 900 - (Math.abs(x - 820) / 820) ** 1.7 * 170 + line(x / 160) * 26;
  for (const [row, color] of ['#2c4a5c', '#1b3342'].entries()) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(-20, HEIGHT + 20);
    for (let x = -20; x <= WIDTH + 20; x += 20) context.lineTo(x, ground(x) - 24 + row * 34);
    context.lineTo(WIDTH + 20, HEIGHT + 20);
    context.fill();
    for (let x = -20; x < WIDTH + 20; x += between(random, 9, 24)) {
      const height = between(random, 50, 125) * (0.6 + 0.5 * (Math.abs(x - 820) / 820));
      fir(context, x, ground(x) + row * 34, height, color);
    }
  }
}
