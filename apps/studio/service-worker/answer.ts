/**
 * Answers a request of the page.
 *
 * The files of the page's own version come from its cache. All others may change at any time, such as networks that were fetched
 * for this machine: they come from the server, and from the cache only where there is no server. A damaged file that was mended
 * is therefore whole the next time.
 *
 * @param request - A GET request of this origin.
 * @param cache - The cache of this version.
 * @param precached - The paths of the files of this version.
 */
export async function answer(
  request: Request,
  cache: Cache,
  precached: ReadonlySet<string>,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const kept = () => cache.match(request, { ignoreSearch: true });
  if (precached.has(pathname)) return (await kept()) ?? fetch(request);
  try {
    const response = await fetch(request);
    if (response.ok && pathname.includes('/elsewhere/')) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const offline = await kept();
    if (offline) return offline;
    throw error;
  }
}
