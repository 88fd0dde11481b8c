import type { PlanarFrame } from '@elsewhere/web/internal';

/**
 * The messages between the four places of the extension: the page's world, the bridge (the extension's script beside it), the
 * hidden frame with the engine, and the background script.
 */

/** From the page's world to the planes' worker, over a feed's port. */
export type ToPlanes =
  | { readonly type: 'frame'; readonly frame: PlanarFrame }
  /** Asks for a `tick` from now on: the page has no event for each frame of the camera while it is hidden. */
  | { readonly type: 'ticks' }
  | { readonly type: 'end' };

/** From the planes' worker to the page's world. */
export type FromPlanes =
  /** The camera's frame is being processed, or was dropped: the next one may be sent. */
  | { readonly type: 'taken' }
  /** A processed frame. `isTaken`: says what `taken` does, too. */
  | { readonly type: 'frame'; readonly frame: PlanarFrame; readonly isTaken: boolean }
  /** The background without anybody: what is shown where no processed frame comes. */
  | { readonly type: 'fallback'; readonly frame: PlanarFrame }
  | { readonly type: 'tick' }
  /** Once a second. */
  | { readonly type: 'alive' };

/** From the page's world to the bridge, over the port that is handed over before the page's first script. */
export type ToBridge =
  /**
   * Connects a feed, whose port comes along.
   *
   * `lost`: the hidden frame that does not answer any more; 0 for none.
   */
  | { readonly type: 'open'; readonly lost: number }
  /** Asks which camera to use. */
  | { readonly type: 'camera'; readonly id: number };

/** From the bridge to the page's world. */
export type FromBridge =
  /** The number of the hidden frame with which the feeds are connected from now on. */
  | { readonly type: 'opened'; readonly frame: number }
  /** The camera's id for this page; `undefined` if the page chooses. */
  | { readonly type: 'camera'; readonly id: number; readonly deviceId: string | undefined }
  /** The user has chosen another camera. */
  | { readonly type: 'switch'; readonly deviceId: string };

/** From the bridge to the hidden frame, with a feed's port. */
export interface ToFrame {
  readonly type: 'elsewhere';
  /** What the bridge has told the background script. */
  readonly secret: string;
}

/** From the bridge and from pages of the extension to the background script. */
export type ToBackground =
  /** The bridge is about to make a hidden frame. */
  | { readonly type: 'expect'; readonly secret: string }
  /** The hidden frame has got a secret; answered with the page's origin if it is the bridge's. */
  | { readonly type: 'claim'; readonly secret: string }
  /** Answered when the pages of all sites that are on get their scripts. */
  | { readonly type: 'register' };

/** The events by which the page's world hands its port over to the bridge. */
export const PORT_EVENT = 'elsewhere:port';
export const READY_EVENT = 'elsewhere:ready';
