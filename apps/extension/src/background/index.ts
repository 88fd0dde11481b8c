import type { ToBackground } from '../protocol.js';
import { changeSettings, followSettings, readSettings } from '../settings.js';
import { injectScripts, isAllowed, originOf, registerSites, takePendingSites } from '../sites.js';

/** The bridges that have announced a hidden frame: the tab and the page's origin, by secret. */
const EXPECTED = 'expected:';

interface Expected {
  readonly tab: number | undefined;
  readonly origin: string | undefined;
}

chrome.runtime.onMessage.addListener((message: ToBackground, sender, respond) => {
  void answer(message, sender).then(respond);
  return true;
});

async function answer(message: ToBackground, sender: chrome.runtime.MessageSender): Promise<unknown> {
  const tab = sender.tab?.id;
  switch (message.type) {
    case 'expect':
      await chrome.storage.session.set({
        [EXPECTED + message.secret]: { tab, origin: sender.origin } satisfies Expected,
      });
      return true;
    case 'claim': {
      const key = EXPECTED + message.secret;
      const found = (await chrome.storage.session.get<Record<string, Expected>>(key))[key];
      await chrome.storage.session.remove(key);
      // A secret is good once, in the tab that it was made in.
      return found && found.tab === tab ? found.origin : undefined;
    }
    case 'register':
      await synchronise();
      return true;
  }
}

/** The studio asks whether the extension is there; in Firefox pages cannot ask. */
chrome.runtime.onMessageExternal?.addListener((message: unknown, _sender, respond) => {
  if (isQuestion(message)) respond(true);
});

function isQuestion(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'present';
}

// Also when this script starts: browsers forget the scripts with each update of the extension, and each moment without them counts.
let sites = '';
void followSettings((settings) => {
  const isSame = sites === settings.sites.join();
  sites = settings.sites.join();
  if (!isSame) void synchronise();
});

chrome.runtime.onInstalled.addListener(({ reason }) => {
  if (reason === 'update') void reachOpenPages();
});
chrome.runtime.onStartup.addListener(() => void synchronise());
chrome.permissions.onRemoved.addListener(() => void synchronise());
// The browser's question has closed the popup.
chrome.permissions.onAdded.addListener(() => void turnPendingOn());

async function turnPendingOn(): Promise<void> {
  const [{ sites }, pending] = await Promise.all([readSettings(), takePendingSites()]);
  await changeSettings({ sites: [...new Set([...sites, ...pending])] });
}

/** Pages that were loaded between the update and the registration lack the scripts. */
async function reachOpenPages(): Promise<void> {
  await synchronise();
  await injectScripts((await readSettings()).sites);
}

let synchronising = Promise.resolve();

/** Registers the scripts of the sites for which there still is a permission, one call after the other. */
function synchronise(): Promise<void> {
  synchronising = synchronising.then(registerAllowed, registerAllowed);
  return synchronising;
}

async function registerAllowed(): Promise<void> {
  const { sites } = await readSettings();
  const allowed: string[] = [];
  for (const site of sites) if (await isAllowed(site)) allowed.push(site);
  if (allowed.length < sites.length) await changeSettings({ sites: allowed });
  await registerSites(allowed);
}

chrome.commands.onCommand.addListener((command, tab) => {
  if (command === 'hide') void toggleHidden();
  if (command === 'toggle') void toggleSite(tab);
});

async function toggleHidden(): Promise<void> {
  const { hidden } = await readSettings();
  await changeSettings({ hidden: !hidden });
}

async function toggleSite(tab: chrome.tabs.Tab | undefined): Promise<void> {
  const site = originOf(tab?.url);
  // Only the popup can ask for a permission.
  if (!site || !(await isAllowed(site))) return;
  const { sites } = await readSettings();
  await changeSettings({
    sites: sites.includes(site) ? sites.filter((each) => each !== site) : [...sites, site],
  });
}
