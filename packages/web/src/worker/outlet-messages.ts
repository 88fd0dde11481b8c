/** What the page tells the outlet's worker. */
export type ToOutlet =
  | { readonly type: 'open'; readonly id: number; readonly writable: WritableStream<VideoFrame> }
  | { readonly type: 'connect'; readonly id: number; readonly port: MessagePort }
  | { readonly type: 'close'; readonly id: number }
  | { readonly type: 'end' };
