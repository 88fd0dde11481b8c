/** What a person is put before: their room out of focus, a picture, or plain green. */
export type Scene = 'blur' | 'image' | 'plain';

/** A library at work on a camera. */
export interface Session {
  /** What an application would send. */
  readonly track: MediaStreamTrack;
  /**
   * Shows something else, in the way that the library has for it.
   *
   * @returns The track that shows it: the same one, where the library can change under way.
   */
  show(scene: Scene): Promise<MediaStreamTrack>;
  /** Milliseconds that the library itself says a frame takes. */
  latency?(): number;
  stop(): void;
}

/** A library under test, set up as its own description tells its users. */
export interface Library {
  /** Loads everything ahead of time. */
  prewarm?(quality: string): Promise<void>;
  start(camera: MediaStreamTrack, scene: Scene, quality: string): Promise<Session>;
}

/** Addresses of the pictures. */
export const PICTURES = { image: '/pictures/room.png', plain: '/pictures/plain.png' } as const;

/** The picture of a scene, loaded, for libraries that want an element. */
export async function loadPicture(scene: 'image' | 'plain'): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = PICTURES[scene];
  await image.decode();
  return image;
}
