/** The thumbnail of a blur: a lamp, more or less out of focus. */
export function BlurFace({ strength }: { readonly strength: number }) {
  return <span class="blur-face" style={{ '--blur': `${strength * 9}px` }} aria-hidden="true" />;
}
