export { PLACES } from './gallery.js';
export type { Place } from './place.js';
export { renderLoop, renderPlace } from './render.js';
