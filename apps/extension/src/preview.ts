/** The name of the ports between the popup and the hidden frames of calls. */
export const PREVIEW_PORT = 'preview';

/** The width of a frame, in pixels. */
export const PREVIEW_SIZE = 640;

/** From the popup: asks for a frame. The hidden frames of other tabs do not answer. */
export interface PreviewRequest {
  readonly tab: number;
}
