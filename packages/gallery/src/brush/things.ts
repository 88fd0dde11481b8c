import { darker, lighter, sheer } from './color.js';
import { falling, gradient } from './light.js';
import { between, pick, type Random } from './random.js';
import type { Context } from './sheet.js';

/** A fill that looks round and lit from the left. */
export function round(context: Context, left: number, right: number, color: string): CanvasGradient {
  return gradient(
    context,
    [left, 0],
    [right, 0],
    [
      [0, darker(color, 0.1)],
      [0.25, lighter(color, 0.22)],
      [0.55, color],
      [1, darker(color, 0.45)],
    ],
  );
}

/** A vessel on `base`; `neck` and `foot` are widths in fractions of its own. */
export function vessel(
  context: Context,
  x: number,
  base: number,
  width: number,
  height: number,
  color: string,
  { neck = 1, foot = 0.7 }: { readonly neck?: number; readonly foot?: number } = {},
): void {
  const half = width / 2;
  const top = base - height;
  context.fillStyle = round(context, x - half, x + half, color);
  context.beginPath();
  context.moveTo(x - half * neck, top);
  context.bezierCurveTo(
    x - half * neck,
    top + height * 0.2,
    x - half,
    top + height * 0.25,
    x - half,
    top + height * 0.5,
  );
  context.bezierCurveTo(x - half, base - height * 0.15, x - half * foot, base, x - half * foot, base);
  context.lineTo(x + half * foot, base);
  context.bezierCurveTo(x + half * foot, base, x + half, base - height * 0.15, x + half, top + height * 0.5);
  context.bezierCurveTo(
    x + half,
    top + height * 0.25,
    x + half * neck,
    top + height * 0.2,
    x + half * neck,
    top,
  );
  context.closePath();
  context.fill();
  context.fillStyle = sheer('#000000', 0.28);
  context.beginPath();
  context.ellipse(x, top, half * neck, half * neck * 0.16, 0, 0, 2 * Math.PI);
  context.fill();
}

/** A row of books on `base` that fills `width`, with gaps and leaning books here and there. */
export function books(
  context: Context,
  random: Random,
  x: number,
  base: number,
  width: number,
  height: number,
  colors: readonly [string, ...string[]],
  fullness = 1,
): void {
  let at = x;
  let run = 0;
  let [tallness, color] = [0.85, colors[0]];
  while (at < x + width) {
    if (run === 0) {
      // Volumes of a set are next to each other.
      run = random() < 0.3 ? Math.ceil(between(random, 3, 7)) : 1;
      tallness = between(random, 0.66, 0.95);
      color = pick(random, colors);
      if (random() > fullness) {
        at += width * between(random, 0.08, 0.2);
        continue;
      }
    }
    run--;
    const thickness = height * between(random, 0.1, 0.22);
    if (at + thickness > x + width) return;
    const tall = height * tallness * between(random, 0.985, 1);
    context.save();
    if (run === 0 && random() < 0.1 && at + thickness + tall * 0.2 < x + width) {
      context.translate(at + tall * 0.16, base);
      context.rotate(-0.16);
      context.translate(-at, -base);
    }
    spine(context, random, at, base - tall, thickness, tall, color);
    context.restore();
    at += thickness + 1;
  }
}

function spine(
  context: Context,
  random: Random,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  context.fillStyle = gradient(
    context,
    [x, 0],
    [x + width, 0],
    [
      [0, darker(color, 0.2)],
      [0.3, lighter(color, 0.1)],
      [0.7, color],
      [1, darker(color, 0.4)],
    ],
  );
  context.fillRect(x, y, width, height);
  const style = random();
  context.fillStyle = sheer('#f3dfb0', 0.5);
  if (style < 0.4) {
    context.fillRect(x, y + height * 0.12, width, height * 0.018);
    context.fillRect(x, y + height * 0.82, width, height * 0.018);
  } else if (style < 0.7) {
    context.fillStyle = sheer('#fff4dc', 0.38);
    context.fillRect(x + width * 0.25, y + height * 0.2, width * 0.5, height * 0.3);
  }
}

/** A board with its shadow on the wall below it. */
export function board(
  context: Context,
  x: number,
  y: number,
  width: number,
  thickness: number,
  color: string,
): void {
  context.fillStyle = falling(context, y, y + thickness * 5, [
    [0, sheer('#20160c', 0.42)],
    [1, sheer('#20160c', 0)],
  ]);
  context.beginPath();
  context.moveTo(x + thickness * 0.4, y);
  context.lineTo(x + width, y);
  context.lineTo(x + width + thickness * 2, y + thickness * 5);
  context.lineTo(x + thickness * 2.4, y + thickness * 5);
  context.fill();
  context.fillStyle = gradient(
    context,
    [x, 0],
    [x + width, 0],
    [
      [0, lighter(color, 0.12)],
      [1, darker(color, 0.22)],
    ],
  );
  context.fillRect(x, y, width, thickness);
  context.fillStyle = sheer('#ffffff', 0.22);
  context.fillRect(x, y, width, thickness * 0.22);
}

/** A framed picture; `paint` draws what is inside its mount. */
export function frame(
  context: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
  paint: (x: number, y: number, width: number, height: number) => void,
): void {
  const border = Math.min(width, height) * 0.045;
  const mount = Math.min(width, height) * 0.12;
  context.fillStyle = sheer('#20160c', 0.22);
  context.fillRect(x + border * 1.2, y + border * 1.6, width, height);
  context.fillStyle = color;
  context.fillRect(x, y, width, height);
  context.fillStyle = '#f4f0e8';
  context.fillRect(x + border, y + border, width - 2 * border, height - 2 * border);
  context.save();
  context.beginPath();
  context.rect(x + mount, y + mount, width - 2 * mount, height - 2 * mount);
  context.clip();
  paint(x + mount, y + mount, width - 2 * mount, height - 2 * mount);
  context.restore();
}
