import { type Size, shrinkBytes } from '../items/scale.js';
import { overGreen } from '../metrics/composite.js';
import type { Moment } from '../steadiness/item.js';

/** The size of a cell of the contact sheet. */
const CELL: Size = { width: 400, height: 300 };

/** The contents of a strip, at scoring size. */
export interface StripContents {
  readonly label: string;
  readonly mad: number;
  /** The band MAD, if there is a band. */
  readonly band: number | undefined;
  readonly size: Size;
  readonly rgb: Uint8Array;
  readonly truth: Uint8Array;
  readonly matte: Uint8Array;
  /** The method's own composite over green; by default a plain one. */
  readonly composite: Uint8Array | undefined;
}

/** A row of a contact sheet: images side by side, in R, G, B. */
export interface Strip extends Size {
  readonly label: string;
  /** Strips with the highest scores are shown. */
  readonly score: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/** Draws a row of the contact sheet. Signed error: red where the matte is above the truth, blue where it is below. */
export function strip({ label, mad, band, size, rgb, truth, matte, composite }: StripContents): Strip {
  const cells = [rgb, grey(truth), grey(matte), composite ?? overGreen(rgb, matte), signed(matte, truth)];
  const figures = `MAD ${mad.toFixed(1)}${band === undefined ? '' : `, band ${band.toFixed(1)}`}`;
  return { label: `${label}   ${figures}`, score: mad, ...sideBySide(cells, size) };
}

/** Draws a moment at which a matte blinks: the frame, the matte before and at that frame, the composite, and the change. */
export function moment(label: string, { rgb, before, alpha, toggled, size }: Moment): Strip {
  const cells = [rgb, grey(before), grey(alpha), overGreen(rgb, alpha), signed(alpha, before)];
  return { label, score: toggled, ...sideBySide(cells, size) };
}

function sideBySide(images: readonly Uint8Array[], size: Size): Pick<Strip, 'width' | 'height' | 'pixels'> {
  const scale = Math.min(1, CELL.width / size.width, CELL.height / size.height);
  const cell = { width: Math.round(size.width * scale), height: Math.round(size.height * scale) };
  const cells = images.map((image) => shrinkBytes(image, size, cell, 3));
  const width = cells.length * CELL.width;
  const pixels = new Uint8Array(width * cell.height * 3).fill(0x22);
  cells.forEach((image, column) => {
    for (let y = 0; y < cell.height; y++) {
      const row = image.subarray(y * cell.width * 3, (y + 1) * cell.width * 3);
      pixels.set(row, (y * width + column * CELL.width) * 3);
    }
  });
  return { width, height: cell.height, pixels };
}

function grey(alpha: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(alpha.length * 3);
  for (let at = 0; at < rgb.length; at++) rgb[at] = alpha[Math.floor(at / 3)] ?? 0;
  return rgb;
}

function signed(matte: Uint8Array, truth: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(truth.length * 3).fill(255);
  for (let i = 0; i < truth.length; i++) {
    const difference = (matte[i] ?? 0) - (truth[i] ?? 0);
    const rest = 255 - Math.abs(difference);
    if (difference < 0) rgb[3 * i] = rest;
    rgb[3 * i + 1] = rest;
    if (difference > 0) rgb[3 * i + 2] = rest;
  }
  return rgb;
}
