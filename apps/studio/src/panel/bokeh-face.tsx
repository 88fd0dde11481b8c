/** Lamps in a room, as a fast lens shows them. */
export function BokehFace() {
  return <span class="bokeh-face" aria-hidden="true" />;
}
