import { darker, lighter, mix } from './color.js';
import { between, type Random } from './random.js';
import type { Context } from './sheet.js';

/** One leaf from its stalk to its tip, with a lit and a shaded half. */
export function leaf(
  context: Context,
  x: number,
  y: number,
  length: number,
  breadth: number,
  angle: number,
  color: string,
): void {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(0, 0);
    context.bezierCurveTo(
      length * 0.2,
      side * breadth * 0.75,
      length * 0.72,
      side * breadth * 0.6,
      length,
      0,
    );
    context.closePath();
    // The upper half is lit.
    const isLit = Math.cos(angle) * side < 0;
    context.fillStyle = isLit ? lighter(color, 0.16) : darker(color, 0.14);
    context.fill();
  }
  context.restore();
}

/** Colours of leaves, from shaded to lit. */
export interface Foliage {
  readonly shade: string;
  readonly light: string;
}

/** A plant with broad leaves on a few stems that start at one point. */
export function rubberPlant(
  context: Context,
  random: Random,
  x: number,
  y: number,
  height: number,
  { shade, light }: Foliage,
  stems = 6,
): void {
  const leaves: { x: number; y: number; length: number; angle: number; depth: number }[] = [];
  for (let stem = 0; stem < stems; stem++) {
    const lean = (stem / (stems - 1) - 0.5) * 1.1 + between(random, -0.12, 0.12);
    const reach = height * between(random, 0.72, 1) * (1 - Math.abs(lean) * 0.28);
    const endX = x + Math.sin(lean) * reach;
    const endY = y - Math.cos(lean) * reach;
    const bendX = x + Math.sin(lean * 0.3) * reach * 0.5;
    const bendY = y - reach * 0.55;
    context.strokeStyle = shade;
    context.lineWidth = height * 0.012;
    context.beginPath();
    context.moveTo(x, y);
    context.quadraticCurveTo(bendX, bendY, endX, endY);
    context.stroke();
    const count = 9;
    for (let index = 2; index <= count; index++) {
      const share = index / count;
      const rest = 1 - share;
      const side = index % 2 === 0 ? -1 : 1;
      leaves.push({
        x: rest * rest * x + 2 * rest * share * bendX + share * share * endX,
        y: rest * rest * y + 2 * rest * share * bendY + share * share * endY,
        length: height * between(random, 0.2, 0.29) * (1 - 0.25 * share),
        angle:
          index === count
            ? lean - Math.PI / 2
            : lean - Math.PI / 2 + side * between(random, 0.75, 1.5) * (1 - 0.3 * share),
        depth: random(),
      });
    }
  }
  leaves.sort((a, b) => a.depth - b.depth);
  for (const { x, y, length, angle, depth } of leaves) {
    leaf(context, x, y, length, length * 0.46, angle, mix(shade, light, depth ** 1.4));
  }
}

/** A frond of a palm or fern: narrow leaves on both sides of a stalk that bends down. */
export function frond(
  context: Context,
  x: number,
  y: number,
  length: number,
  angle: number,
  droop: number,
  { shade, light }: Foliage,
): void {
  const count = 26;
  let [atX, atY] = [x, y];
  for (let index = 0; index < count; index++) {
    const share = index / count;
    const heading = angle + Math.sign(Math.cos(angle)) * droop * share * share;
    const step = length / count;
    const [nextX, nextY] = [atX + Math.cos(heading) * step, atY + Math.sin(heading) * step];
    context.strokeStyle = shade;
    context.lineWidth = length * 0.012 * (1.2 - share);
    context.beginPath();
    context.moveTo(atX, atY);
    context.lineTo(nextX, nextY);
    context.stroke();
    if (share > 0.14) {
      const size = length * 0.34 * Math.sin(Math.PI * (0.14 + 0.82 * share)) ** 0.8;
      for (const side of [-1, 1]) {
        const color = mix(shade, light, 0.35 + 0.65 * share * (side < 0 ? 1 : 0.6));
        leaf(context, nextX, nextY, size, size * 0.13, heading + side * (1.05 - 0.55 * share), color);
      }
    }
    [atX, atY] = [nextX, nextY];
  }
}

/** A twig with leaves on both sides, bent down by its weight. */
export function twig(
  context: Context,
  random: Random,
  x: number,
  y: number,
  length: number,
  angle: number,
  { shade, light }: Foliage,
): void {
  const count = 15;
  const bend = Math.sign(Math.cos(angle)) * 0.5;
  let [atX, atY] = [x, y];
  for (let index = 0; index < count; index++) {
    const heading = angle + bend * (index / count) ** 2;
    const step = length / count;
    context.strokeStyle = shade;
    context.lineWidth = length * 0.012 * (1.3 - index / count);
    context.beginPath();
    context.moveTo(atX, atY);
    atX += Math.cos(heading) * step;
    atY += Math.sin(heading) * step;
    context.lineTo(atX, atY);
    context.stroke();
    const side = index % 2 === 0 ? -1 : 1;
    for (const turn of index === count - 1
      ? [0]
      : [side * between(random, 0.6, 1), -side * between(random, 0.8, 1.3)]) {
      const size = length * between(random, 0.15, 0.23);
      leaf(context, atX, atY, size, size * 0.52, heading + turn, mix(shade, light, random() ** 1.3));
    }
  }
}
