/**
 * What makes the picture better and can be left out, for measuring what it buys:
 * - `foreground`: estimating the person's own colours where they are mixed with the room's.
 */
export type Refinement = 'foreground';
