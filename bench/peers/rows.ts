import type { Scene } from './pages/library.js';

/** One line of the table: a library, set up in one way, before one camera. */
export interface Row {
  /** The page of the library: `pages/LIBRARY.ts`. */
  readonly library: LibraryName;
  readonly label: string;
  readonly height: 720 | 1080;
  readonly scene: Scene;
  /** Of ours; others have none. */
  readonly quality?: 'medium' | 'low' | 'lowest';
  /** Whether all was loaded ahead of time. */
  readonly prewarmed?: boolean;
  /** Whether the switching of backgrounds and the matte are looked at, too. */
  readonly thorough?: boolean;
}

/** What `--rows` takes. */
export const LIBRARIES = ['pass', 'ours', 'livekit', 'twilio', 'shiguredo', 'stream', 'mediapipe'] as const;

/** See {@link LIBRARIES}. */
export type LibraryName = (typeof LIBRARIES)[number];

/** The file without which each of them has no network: answered with 404 in one run. */
export const NETWORKS: Readonly<Partial<Record<LibraryName, string>>> = {
  ours: '/assets/selfie_segmentation_landscape.tflite',
  livekit: '/models/selfie_segmenter_landscape.tflite',
  twilio: '/twilio/selfie_segmentation_landscape.tflite',
  shiguredo: '/shiguredo/selfie_segmentation_landscape.tflite',
  stream: '/stream/models/selfie_segmenter_landscape.tflite',
  mediapipe: '/models/selfie_segmenter_landscape.tflite',
};

const OURS = (['medium', 'low', 'lowest'] as const).flatMap((quality): readonly Row[] => [
  {
    library: 'ours',
    label: `elsewhere ${quality}, blur`,
    height: 720,
    scene: 'blur',
    quality,
    thorough: true,
  },
  { library: 'ours', label: `elsewhere ${quality}, picture`, height: 720, scene: 'image', quality },
]);

const PEERS = (['livekit', 'twilio', 'shiguredo', 'stream', 'mediapipe'] as const).flatMap(
  (library): readonly Row[] => [
    { library, label: `${library}, blur`, height: 720, scene: 'blur', thorough: true },
    { library, label: `${library}, picture`, height: 720, scene: 'image' },
  ],
);

/** All rows; the blurs first, so that each library is near the others in time. */
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
  {
    library: 'ours',
    label: 'elsewhere medium, blur, 1080p',
    height: 1080,
    scene: 'blur',
    quality: 'medium',
  },
];
