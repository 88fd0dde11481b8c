/** The URL of the engine's files, next to the page. */
export const ASSETS = new URL('elsewhere/', document.baseURI);
