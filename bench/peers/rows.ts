import type { Scene } from './pages/library.js';

/** A row of the table: a library with certain options and a camera. */
export interface Row {
  /** The page of the library: `pages/LIBRARY.ts`. */
  readonly library: LibraryName;
  readonly label: string;
  readonly height: 720 | 1080;
  readonly scene: Scene;
  /** The quality level of our own rows. */
  readonly quality?: 'auto' | 'high' | 'medium' | 'lowest';
  /** Whether everything was preloaded. */
  readonly prewarmed?: boolean;
  /** Whether switching backgrounds and the matte are measured as well. */
  readonly thorough?: boolean;
}

/** The values of `--rows`. */
export const LIBRARIES = [
  'pass',
  'ours',
  'mediapipe',
  'livekit',
  'twilio',
  'shiguredo',
  'stream',
  'whereby',
] as const;

/** See {@link LIBRARIES}. */
export type LibraryName = (typeof LIBRARIES)[number];

/** The file of each library's network, which is answered with 404 in one run. */
export const NETWORKS: Readonly<Partial<Record<LibraryName, string>>> = {
  ours: '/assets/selfie_segmentation_landscape.tflite',
  livekit: '/models/selfie_segmenter_landscape.tflite',
  twilio: '/twilio/selfie_segmentation_landscape.tflite',
  shiguredo: '/shiguredo/selfie_segmentation_landscape.tflite',
  stream: '/stream/models/selfie_segmenter_landscape.tflite',
  mediapipe: '/models/selfie_segmenter_landscape.tflite',
  whereby: '/whereby/assets/tflite/models/segm_lite_v681.tflite',
};

/** From the default on. */
const QUALITIES = ['auto', 'high', 'medium', 'lowest'] as const;

const OURS = QUALITIES.flatMap((quality): readonly Row[] => [
  {
    library: 'ours',
    label: `elsewhere ${quality}, blur`,
    height: 720,
    scene: 'blur',
    quality,
    thorough: true,
  },
  { library: 'ours', label: `elsewhere ${quality}, image`, height: 720, scene: 'image', quality },
]);

const PEERS = (['mediapipe', 'livekit', 'twilio', 'shiguredo', 'stream', 'whereby'] as const).flatMap(
  (library): readonly Row[] => [
    { library, label: `${library}, blur`, height: 720, scene: 'blur', thorough: true },
    { library, label: `${library}, image`, height: 720, scene: 'image' },
  ],
);

/** All rows. Blur comes first, so that libraries that are compared run close to each other in time. */
export const ROWS: readonly Row[] = [
  { library: 'pass', label: 'pass-through', height: 720, scene: 'blur' },
  ...[...OURS, ...PEERS].filter(({ scene }) => scene === 'blur'),
  {
    library: 'ours',
    label: 'elsewhere medium, blur, prewarmed',
    height: 720,
    scene: 'blur',
    quality: 'medium',
    prewarmed: true,
  },
  ...[...OURS, ...PEERS].filter(({ scene }) => scene === 'image'),
  { library: 'pass', label: 'pass-through, 1080p', height: 1080, scene: 'blur' },
  ...QUALITIES.map(
    (quality): Row => ({
      library: 'ours',
      label: `elsewhere ${quality}, blur, 1080p`,
      height: 1080,
      scene: 'blur',
      quality,
    }),
  ),
  { library: 'mediapipe', label: 'mediapipe, blur, 1080p', height: 1080, scene: 'blur' },
];
