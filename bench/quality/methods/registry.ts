import { join } from 'node:path';
import { QUALITIES } from '@elsewhere/engine';
import { jitsi } from '../peers/jitsi.js';
import { livekit } from '../peers/livekit.js';
import { stream } from '../peers/stream.js';
import { twilio } from '../peers/twilio.js';
import { volcomix } from '../peers/volcomix.js';
import { FolderMethod } from './folder.js';
import type { Method } from './method.js';
import type { NetworkName, Networks } from './networks.js';
import { PipelineMethod } from './pipeline.js';
import { rawMethod } from './raw.js';

/** What methods may need. */
export interface MethodSettings {
  /** The folder with real media, if there is one. */
  readonly media: string | undefined;
  /** Folders with mattes of other software, by the names of their rows. */
  readonly folders: Readonly<Record<string, string>>;
}

/** A row: its name, its group, and how its method is created. */
export interface Row {
  readonly name: string;
  readonly group: 'article' | 'raw' | 'peers' | 'ablation' | 'levels' | 'ours' | 'folder';
  readonly make: (networks: Networks, settings: MethodSettings) => Method;
}

/** A row with a filter on a network's confidence map of the whole frame. */
function networkRow(
  name: string,
  group: Row['group'],
  network: NetworkName,
  make: (name: string, network: NetworkName, networks: Networks) => Method,
): Row {
  return { name, group, make: (networks) => make(name, network, networks) };
}

/** The matting steps in the order in which the ablation enables them; the first row has none. */
const STEPS = ['region', 'temporal', 'steady', 'colors', 'islands', 'foreground'] as const;

const ablation: readonly Row[] = STEPS.map((_, count) => {
  const name = count === 0 ? 'ours: guided only' : `+ ${STEPS.slice(0, count).at(-1)}`;
  return {
    name,
    group: 'ablation',
    make: () => new PipelineMethod(name, { without: STEPS.slice(count) }),
  };
});

/** Every quality level that a caller can ask for. */
const levels: readonly Row[] = QUALITIES.map((quality) => ({
  name: `ours: ${quality}`,
  group: 'levels',
  make: () => new PipelineMethod(`ours: ${quality}`, { quality }),
}));

/** The name of the row with our published defaults. */
export const OURS = 'ours';

/** All rows that the bench computes itself, in the order of the table. */
const ROWS: readonly Row[] = [
  {
    name: 'deeplab-hard',
    group: 'article',
    make: (_, { media }) =>
      new PipelineMethod('deeplab-hard', {
        model: media ? join(media, 'models', 'deeplabv3_257_mv_gpu.tflite') : 'deeplab-v3',
        mask: 'hard',
      }),
  },
  networkRow('raw-landscape', 'raw', 'selfie-landscape', rawMethod),
  networkRow('raw-square', 'raw', 'selfie-square', rawMethod),
  networkRow('volcomix-square', 'peers', 'selfie-square', volcomix),
  networkRow('volcomix-landscape', 'peers', 'selfie-landscape', volcomix),
  networkRow('livekit-square', 'peers', 'selfie-square', livekit),
  networkRow('twilio-landscape', 'peers', 'selfie-landscape', twilio),
  networkRow('stream-square', 'peers', 'selfie-square', stream),
  networkRow('jitsi-square', 'peers', 'selfie-square', jitsi),
  ...ablation,
  ...levels,
  { name: OURS, group: 'ours', make: () => new PipelineMethod(OURS) },
];

/**
 * Selects rows.
 *
 * @param wanted - Names of rows or groups; empty for all. Rows of folders are always included.
 * @param settings - What is available. Without media there is no article.
 * @throws RangeError if there is no such row or group.
 */
export function chooseRows(wanted: readonly string[], { media, folders }: MethodSettings): readonly Row[] {
  for (const each of wanted) {
    if (!ROWS.some(({ name, group }) => name === each || group === each)) {
      const names = ROWS.map(({ name }) => name).join(', ');
      throw new RangeError(
        `Unknown row '${each}'. Rows: ${names}; groups: article, raw, peers, ablation, levels.`,
      );
    }
  }
  const chosen = ROWS.filter(
    ({ name, group }) =>
      (wanted.length === 0 || wanted.includes(name) || wanted.includes(group)) &&
      (group !== 'article' || media !== undefined),
  );
  const others = Object.entries(folders).map(
    ([name, folder]): Row => ({ name, group: 'folder', make: () => new FolderMethod(name, folder) }),
  );
  return [...chosen, ...others];
}
