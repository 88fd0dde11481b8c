import type { DrawnBackgroundId } from './titles.js';

/** A request to the painter's worker. */
export interface Order {
  /** Repeated in the response. */
  readonly number: number;
  /** An image of the background, or a video of one loop. */
  readonly kind: 'image' | 'loop';
  readonly background: DrawnBackgroundId;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** A response of the worker. */
export type Delivery = { readonly number: number } & (
  | { readonly type: 'image'; readonly image: ImageBitmap }
  | { readonly type: 'loop'; readonly loop: Blob }
  | { readonly type: 'failed'; readonly problem: string }
);
