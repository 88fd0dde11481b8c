import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../packages/engine/test/network/support/random-model.js';
import { image } from './image.js';
import { invitation } from './invitation.js';
import type { Case, Kind, Order, Verdict } from './kind.js';
import { media } from './media.js';
import { model } from './model.js';

/** Runs one case after the other, as the parent says. */
const CASES: Readonly<Record<Kind, Case>> = { media, image, model, invitation };
const [shared = ''] = process.argv.slice(2);

process.on('message', ({ kind, seed }: Order) => void run(kind, seed));

async function run(kind: Kind, seed: number): Promise<void> {
  const folder = join(shared, 'case');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  let result: Pick<Verdict, 'outcome' | 'fault'>;
  try {
    result = { outcome: await CASES[kind](randomOf(seed), { shared, folder }) };
  } catch (error) {
    result = { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const memory = process.resourceUsage().maxRSS * 1024;
  process.send?.({ seed, memory, ...result } satisfies Verdict);
}

/** Neighbouring seeds give different cases. */
function randomOf(seed: number): Random {
  return new Random(Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ Math.imul(seed, 0x297a2d39));
}
