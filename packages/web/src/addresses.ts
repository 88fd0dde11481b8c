/**
 * Finds the assets folder.
 *
 * @param assets - As the caller gave it, relative to the page. Default: the folder `assets/` beside this module.
 * @returns Its absolute address, with a slash at its end.
 */
export function assetsFolder(assets: string | URL | undefined): string {
  // Not `new URL('...', import.meta.url)` as one expression: bundlers would take it for a file to bundle.
  const module = import.meta.url;
  const folder = assets === undefined ? new URL('assets/', module).href : absolute(assets);
  return folder.endsWith('/') ? folder : `${folder}/`;
}

/** An address relative to the page as an absolute one. */
export function absolute(address: string | URL): string {
  return new URL(address, globalThis.document?.baseURI ?? globalThis.location?.href).href;
}
