import { join } from 'node:path';
import type { Method } from './method.js';
import type { Networks } from './networks.js';
import { PipelineMethod } from './pipeline.js';
import { rawMethod } from './raw.js';

/** What rows may need to know. */
export interface MethodSettings {
  /** The folder with real media, if there is one. */
  readonly media: string | undefined;
}

/** A row: what it is called, what it belongs to and how its method is made. */
interface Row {
  readonly name: string;
  readonly group: 'article' | 'raw' | 'peers' | 'ablation' | 'ours';
  readonly make: (networks: Networks, settings: MethodSettings) => Method;
}

/** The stages of our matte in the order in which the ablation switches them on; without all of them, the first row. */
const STAGES = ['guided', 'temporal', 'region', 'guard', 'foreground', 'plate'] as const;

const ablation: readonly Row[] = STAGES.map((_, count) => {
  const name = count === 0 ? 'ours: no stage' : `+ ${STAGES.slice(0, count).at(-1)}`;
  return {
    name,
    group: 'ablation',
    make: () => new PipelineMethod(name, { without: STAGES.slice(count) }),
  };
});

/** The name of the row that is ours as it is shipped. */
export const OURS = 'ours';

/** All rows, in the order of the table. */
export const ROWS: readonly Row[] = [
  {
    name: 'deeplab-hard',
    group: 'article',
    make: (_, { media }) =>
      new PipelineMethod('deeplab-hard', {
        model: media ? join(media, 'models', 'deeplabv3_257_mv_gpu.tflite') : 'deeplab-v3',
        mask: 'hard',
      }),
  },
  {
    name: 'raw-landscape',
    group: 'raw',
    make: (networks) => rawMethod('raw-landscape', 'selfie-landscape', networks),
  },
  {
    name: 'raw-square',
    group: 'raw',
    make: (networks) => rawMethod('raw-square', 'selfie-square', networks),
  },
  ...ablation,
  { name: OURS, group: 'ours', make: () => new PipelineMethod(OURS) },
];

/**
 * Chooses rows.
 *
 * @param wanted - Names of rows or groups; none for all.
 * @throws RangeError where there is no such row or group.
 */
export function chooseRows(wanted: readonly string[]): readonly Row[] {
  for (const each of wanted) {
    if (!ROWS.some(({ name, group }) => name === each || group === each)) {
      throw new RangeError(`There is no row '${each}'. Rows: ${ROWS.map(({ name }) => name).join(', ')}.`);
    }
  }
  if (wanted.length === 0) return ROWS;
  return ROWS.filter(({ name, group }) => wanted.includes(name) || wanted.includes(group));
}
