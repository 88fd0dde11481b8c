/** Where the engine's files lie: beside the page. */
export const ASSETS = new URL('elsewhere/', document.baseURI);
