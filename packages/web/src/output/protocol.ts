/** From the page to the output worker: makes, connects and ends outputs, which have an `id` each. */
export type ToOutput =
  /** Makes an output that writes frames into a stream of the page's. */
  | { readonly type: 'write'; readonly id: number; readonly writable: WritableStream<VideoFrame> }
  /** Makes an output with a `VideoTrackGenerator`; answered with `track`. */
  | { readonly type: 'generate'; readonly id: number }
  /** Makes an output whose frames are sent back as bitmaps. */
  | { readonly type: 'paint'; readonly id: number }
  /** From now on an output's frames come over this port; see `OutputMessage`. */
  | { readonly type: 'connect'; readonly id: number; readonly port: MessagePort }
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'end' };

/** From the output worker to the page. */
export type FromOutput =
  /** It runs. `canGenerate`: whether tracks can be read and generated in workers here. */
  | { readonly type: 'ready'; readonly canGenerate: boolean }
  | { readonly type: 'track'; readonly id: number; readonly track: MediaStreamTrack }
  /** A frame to display; the page closes it. */
  | { readonly type: 'image'; readonly id: number; readonly image: ImageBitmap };
