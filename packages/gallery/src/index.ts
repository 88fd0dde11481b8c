export type { DrawnBackground } from './drawn-background.js';
export { DRAWN_BACKGROUNDS } from './gallery.js';
export { renderImage, renderLoop } from './render.js';
export { GALLERY_TITLES } from './titles.js';
