/** The thumbnail of bokeh: lamps as a fast lens shows them. */
export function BokehFace() {
  return <span class="bokeh-face" aria-hidden="true" />;
}
