import type { Figures } from './figures.js';

/** A row's outcome, as far as the ratios need it. */
interface Measured {
  readonly row: {
    readonly library: string;
    readonly label: string;
    readonly height: number;
    readonly scene: string;
    readonly prewarmed?: boolean;
  };
  readonly figures?: Figures;
}

/** What a ratio compares, and how it is written. */
const COLUMNS: readonly (readonly [title: string, value: (figures: Figures) => number | undefined])[] = [
  ['first frame', ({ first }) => first],
  ['CPU/frame', ({ processor }) => processor],
  ['latency', ({ latency }) => latency],
  ['memory', ({ memory }) => memory],
  ['bytes', ({ loaded }) => loaded.raw],
  ['bytes, gzip', ({ loaded }) => loaded.gzip],
];

/**
 * Every row with blur divided by the plain MediaPipe's of the same run and size: below 1 is less than MediaPipe needs.
 *
 * @returns Nothing but the head if MediaPipe's rows were not run.
 */
export function ratioRowsOf(outcomes: readonly Measured[]): readonly (readonly string[])[] {
  const blurred = outcomes.filter(
    ({ row }) => row.scene === 'blur' && !row.prewarmed && row.library !== 'pass',
  );
  const rows = blurred.flatMap(({ row, figures }) => {
    const reference = blurred.find(
      (other) => other.row.library === 'mediapipe' && other.row.height === row.height,
    )?.figures;
    if (!figures || !reference || figures === reference) return [];
    return [[row.label, ...COLUMNS.map(([, value]) => ratioOf(value(figures), value(reference)))]];
  });
  return [['divided by mediapipe', ...COLUMNS.map(([title]) => title)], ...rows];
}

function ratioOf(value: number | undefined, reference: number | undefined): string {
  if (value === undefined || reference === undefined || reference <= 0) return '-';
  return (value / reference).toPrecision(2);
}
