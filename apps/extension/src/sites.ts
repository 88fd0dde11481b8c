/** The sites that are offered in a list: where people meet. */
export const KNOWN_SITES: Readonly<Record<string, readonly string[]>> = {
  'Google Meet': ['https://meet.google.com'],
  'Microsoft Teams': ['https://teams.microsoft.com', 'https://teams.live.com'],
  Zoom: ['https://app.zoom.us'],
  'Jitsi Meet': ['https://meet.jit.si'],
  Whereby: ['https://whereby.com'],
  Discord: ['https://discord.com'],
  Webex: ['https://web.webex.com'],
  Slack: ['https://app.slack.com'],
};

/** Pages without a secure context have no cameras. */
const SECURE = /^(https:|http:\/\/(localhost|127\.0\.0\.1)(:|$))/;

/** The origin of an address where there can be a camera. */
export function originOf(address: string | undefined): string | undefined {
  if (!address || !URL.canParse(address)) return undefined;
  const { origin } = new URL(address);
  return SECURE.test(origin) ? origin : undefined;
}

/** What browsers call the pages of an origin: ports cannot be told apart. */
export function patternOf(origin: string): string {
  const { protocol, hostname } = new URL(origin);
  return `${protocol}//${hostname}/*`;
}

/** Whether the user has allowed Elsewhere on a site. */
export function isAllowed(origin: string): Promise<boolean> {
  return chrome.permissions.contains({ origins: [patternOf(origin)] });
}

/** Where the sites wait for which the browser is asking: its question closes the popup. */
const PENDING = 'pending';

/**
 * Asks the user for sites, where they are not allowed yet. Must be called while the browser knows that the user has clicked.
 *
 * @returns Whether they are allowed.
 */
export function allowSites(sites: readonly string[]): Promise<boolean> {
  void chrome.storage.session.set({ [PENDING]: sites });
  return chrome.permissions.request({ origins: sites.map(patternOf) });
}

/** Takes the sites for which the browser has asked last. */
export async function takePendingSites(): Promise<readonly string[]> {
  const { [PENDING]: sites = [] } = await chrome.storage.session.get<{ [PENDING]?: readonly string[] }>(
    PENDING,
  );
  await chrome.storage.session.remove(PENDING);
  return sites;
}

/** The scripts of a page: in its own world, and beside it. */
const SCRIPTS = [
  { id: 'bridge', world: 'ISOLATED', js: ['bridge.js'] },
  { id: 'page', world: 'MAIN', js: ['page.js'] },
] as const;

/** Registers the scripts for these sites, from their next page on, in place of those before. */
export async function registerSites(sites: readonly string[]): Promise<void> {
  const matches = [...new Set(sites.map(patternOf))].sort();
  const registered = await chrome.scripting.getRegisteredContentScripts();
  const isSame = registered.every((script) => script.matches?.toSorted().join() === matches.join());
  if (registered.length > 0 && isSame) return;
  if (matches.length === 0) {
    if (registered.length > 0) await chrome.scripting.unregisterContentScripts();
    return;
  }
  const scripts = SCRIPTS.map(
    ({ id, world, js }): chrome.scripting.RegisteredContentScript => ({
      id,
      world,
      js: [...js],
      matches,
      runAt: 'document_start',
      allFrames: true,
      matchOriginAsFallback: true,
      persistAcrossSessions: true,
    }),
  );
  // Never unregistered in between: a page that is loaded meanwhile would have its camera as it is.
  if (registered.length > 0) await chrome.scripting.updateContentScripts(scripts);
  else await chrome.scripting.registerContentScripts(scripts);
}

/**
 * Runs the scripts in the open pages of these sites that lack them: cameras that such a page opens from now on are processed. In the
 * other ones there are those of the version before. Both have to be loaded anew, as the popup says.
 */
export async function injectScripts(sites: readonly string[]): Promise<void> {
  const tabs = sites.length > 0 ? await chrome.tabs.query({ url: sites.map(patternOf) }) : [];
  await Promise.all(tabs.map(({ id }) => id !== undefined && injectInto(id).catch(() => {})));
}

async function injectInto(tabId: number): Promise<void> {
  const frames = await chrome.scripting.executeScript({
    target: { tabId, allFrames: true },
    func: () => {
      const scope = globalThis as { elsewhereSince?: string };
      const lacksScripts = scope.elsewhereSince === undefined;
      scope.elsewhereSince = 'later';
      return lacksScripts;
    },
    injectImmediately: true,
  });
  const frameIds = frames.filter(({ result }) => result).map(({ frameId }) => frameId);
  if (frameIds.length === 0) return;
  for (const { world, js } of SCRIPTS) {
    const target = { tabId, frameIds };
    await chrome.scripting.executeScript({ target, world, files: [...js], injectImmediately: true });
  }
}
