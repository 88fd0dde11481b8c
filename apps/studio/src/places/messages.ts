import type { PlaceId } from './place.js';

/** What the page asks the painter's worker for. */
export interface Order {
  /** Comes back with the answer. */
  readonly number: number;
  /** A picture of the place, or a video of it in which everything has moved once. */
  readonly kind: 'picture' | 'loop';
  readonly place: PlaceId;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** What the worker answers. */
export type Delivery = { readonly number: number } & (
  | { readonly type: 'picture'; readonly picture: ImageBitmap }
  | { readonly type: 'loop'; readonly loop: Blob }
  | { readonly type: 'failed'; readonly problem: string }
);
