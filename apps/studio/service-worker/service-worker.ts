/** Caches the page and the engine, so that they work offline after the first visit. */
declare const self: ServiceWorkerGlobalScope & {
  /** Prepended to this script by the build: see `build/precache.ts`. */
  readonly PRECACHE: { readonly version: string; readonly files: readonly string[] };
};

const PREFIX = 'elsewhere-';
const CACHE = `${PREFIX}${self.PRECACHE.version}`;

self.addEventListener('install', (event) => {
  event.waitUntil(keepAll());
});

// A new version waits until no page of the old one is open, or until the user reloads, so pages never mix versions.
self.addEventListener('message', ({ data }) => {
  if (data === 'update') void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && new URL(request.url).origin === self.location.origin) {
    event.respondWith(answer(request));
  }
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  // Always revalidated, because most names stay the same when the contents change. Unchanged files are not transferred.
  await cache.addAll(self.PRECACHE.files.map((file) => new Request(file, { cache: 'no-cache' })));
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const { pathname } = new URL(request.url);
  // The available models may change at any time.
  const isFresh = pathname.endsWith('/models.json');
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept && !isFresh) return kept;
  try {
    const response = await fetch(request);
    // Files that not everybody needs are cached on first use.
    if (response.ok && pathname.includes('/elsewhere/')) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
