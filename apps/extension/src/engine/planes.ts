import type { PlanarFrame } from '@elsewhere/web/internal';

/** From the hidden frame to the planes' worker. */
export type ToWorker =
  /** A feed of the page; its frames come over the port: see `ToPlanes`. */
  | { readonly type: 'open'; readonly id: number; readonly port: MessagePort }
  /**
   * The engine takes a feed's frames over `source` (see `PlanesMessage`), and gives those for it over `output` (see
   * `PlanesOutputMessage`).
   *
   * `isPaused`: its first frame shows the background alone, which becomes the fallback.
   */
  | {
      readonly type: 'connect';
      readonly id: number;
      readonly source: MessagePort;
      readonly output: MessagePort;
      readonly isPaused: boolean;
    }
  /** Shows this where no processed frame comes. */
  | { readonly type: 'fallback'; readonly id: number; readonly frame: PlanarFrame }
  /** Asks for the next processed frame of any feed, for the preview. */
  | { readonly type: 'preview' };

/** From the planes' worker to the hidden frame. */
export type FromWorker =
  /** The shape of a feed's processed frames has changed: the fallback has to be made anew. */
  | { readonly type: 'shape'; readonly id: number; readonly shape: Shape }
  /** The fallback of an engine that was paused for it has gone to the page. */
  | { readonly type: 'started'; readonly id: number; readonly shape: Shape }
  | { readonly type: 'ended'; readonly id: number }
  | { readonly type: 'preview'; readonly frame: VideoFrame };

/** What a fallback has in common with the processed frames. */
export type Shape = Pick<PlanarFrame, 'width' | 'height' | 'colorSpace' | 'rotation' | 'flip'>;
