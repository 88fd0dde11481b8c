/** The background: blur, an image, or plain green. */
export type Scene = 'blur' | 'image' | 'plain';

/** A library that processes a camera. */
export interface Session {
  /** The track that an application would send. */
  readonly track: MediaStreamTrack;
  /**
   * Changes the background in the library's own way.
   *
   * @returns The track that shows it: the same one if the library can change the background while it runs.
   */
  show(scene: Scene): Promise<MediaStreamTrack>;
  /** The frame time that the library itself reports, in milliseconds. */
  latency?(): number;
  stop(): void;
}

/** A library under test, set up as its documentation recommends. */
export interface Library {
  /** Preloads everything. */
  prewarm?(quality: string): Promise<void>;
  start(camera: MediaStreamTrack, scene: Scene, quality: string): Promise<Session>;
}

/** URLs of the background images. */
export const IMAGES = { image: '/images/room.png', plain: '/images/plain.png' } as const;

/** The loaded image of a scene, for libraries that need an element. */
export async function loadImage(scene: 'image' | 'plain'): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = IMAGES[scene];
  await image.decode();
  return image;
}
