import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { KINDS, type Kind } from './kind.js';
import { type Report, runCases } from './run.js';

/**
 * npm run fuzz -- --kind media|image|model|invitation --seed N --count N --seconds N
 *
 * Damages files and gives them to Elsewhere. Each case has a seed: `--seed N --count 1` runs it again.
 */
const { values } = parseArgs({
  options: {
    kind: { type: 'string', multiple: true, default: [...KINDS] },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '3600' },
  },
});

const [seed, count, seconds] = [Number(values.seed), Number(values.count), Number(values.seconds)];
if (![seed, count, seconds].every((value) => value >= 0)) throw new TypeError('Give numbers.');

let isClean = true;
for (const kind of values.kind) {
  if (!isKind(kind)) throw new TypeError(`There is no kind ${kind}: ${KINDS.join(', ')}, network.`);
  const report = await runCases(
    join(import.meta.dirname, 'child.js'),
    kind,
    { seed, count, seconds },
    ({ seed, what }) => console.log(`${kind}, seed ${seed}: ${what}\n`),
  );
  console.log(sentenceOf(kind, report));
  isClean &&= report.found.length === 0;
}
process.exitCode = isClean ? 0 : 1;

function isKind(kind: string): kind is Kind {
  return KINDS.some((each) => each === kind);
}

function sentenceOf(kind: Kind, { cases, outcomes, memory, longest, found }: Report): string {
  const [megabytes, time] = [Math.round(memory / 2 ** 20), (longest / 1000).toFixed(1)];
  const counts = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} ${outcome}`);
  return `${kind}: ${cases} cases from seed ${seed}: ${[...counts, `${found.length} faults`].join(', ')}; at most ${time} s and ${megabytes} MB`;
}
