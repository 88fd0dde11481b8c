/** What the page tells the outlet's worker: makes, feeds and ends outputs, each with a number. */
export type ToOutput =
  /** Frames go into a stream of the page's. */
  | { readonly type: 'write'; readonly id: number; readonly writable: WritableStream<VideoFrame> }
  /** Frames go into a generator that is made here; its track is sent back. */
  | { readonly type: 'generate'; readonly id: number }
  /** Frames are sent back as pictures. */
  | { readonly type: 'paint'; readonly id: number }
  /** Frames come over this port from now on. */
  | { readonly type: 'connect'; readonly id: number; readonly port: MessagePort }
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'end' };

/** What the outlet's worker tells the page. */
export type FromOutput =
  /** It runs. `canGenerate`: whether tracks can be read and generated in workers here. */
  | { readonly type: 'ready'; readonly canGenerate: boolean }
  /** The track of a generator. */
  | { readonly type: 'track'; readonly id: number; readonly track: MediaStreamTrack }
  /** A frame, to be shown by the page. */
  | { readonly type: 'picture'; readonly id: number; readonly picture: ImageBitmap };
