import { answer } from './answer.js';

/** Caches the page and the engine, so that they work offline after the first visit. */
declare const self: ServiceWorkerGlobalScope & {
  /** Prepended to this script by the build: see `build/precache.ts`. */
  readonly PRECACHE: { readonly version: string; readonly files: readonly string[] };
};

const PREFIX = 'elsewhere-';
const CACHE = `${PREFIX}${self.PRECACHE.version}`;

/** The list of models is precached as well, but changes when a model is fetched. */
const PATHS: ReadonlySet<string> = new Set(
  self.PRECACHE.files
    .map((file) => new URL(file, self.location.href).pathname)
    .filter((path) => !path.endsWith('/models.json')),
);

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
    event.respondWith(caches.open(CACHE).then((cache) => answer(request, cache, PATHS)));
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
