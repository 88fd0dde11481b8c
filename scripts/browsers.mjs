// Finds the browsers that the tests use, and installs missing ones if possible. Prints one JSON object to stdout:
// { chromium, firefox, webkit }, each a path or null; a browser that cannot be installed is reported on stderr.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const BROWSERS = {
  chromium: {
    title: 'Chromium',
    variable: 'ELSEWHERE_CHROMIUM',
    packages: ['chromium'],
    find: () =>
      firstRunnable([
        ...onPath(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']),
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ]),
  },
  firefox: {
    title: 'Firefox',
    variable: 'ELSEWHERE_FIREFOX',
    packages: ['firefox-esr'],
    find: () =>
      firstRunnable([
        ...onPath(['firefox-esr', 'firefox']),
        '/Applications/Firefox.app/Contents/MacOS/firefox',
      ]),
  },
  webkit: {
    title: 'WebKitGTK',
    variable: 'ELSEWHERE_WEBKIT',
    packages: ['webkit2gtk-driver', 'xvfb', 'dbus'],
    find: () => {
      const needed = ['WebKitWebDriver', 'Xvfb', 'dbus-run-session'].map((name) =>
        firstRunnable(onPath([name])),
      );
      return needed.every(Boolean) ? miniBrowser() : undefined;
    },
  },
};

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function firstRunnable(paths) {
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The minimal browser of WebKitGTK: `/usr/lib/ARCHITECTURE/webkit2gtk-4.1/MiniBrowser`. */
function miniBrowser() {
  const candidates = ['/usr/lib', '/usr/libexec'].flatMap((root) => {
    const folders = folderNames(root);
    return [...folders, ...folders.flatMap((folder) => folderNames(folder))].filter((path) =>
      /webkit2?gtk-[^/]*$/.test(path),
    );
  });
  return firstRunnable(candidates.map((folder) => join(folder, 'MiniBrowser')));
}

function folderNames(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

function locate({ variable, find }) {
  const given = process.env[variable];
  return given ? firstRunnable([given]) : find();
}

/** Installs Debian packages, as root. Returns whether that succeeded. */
function install(packages) {
  if (process.getuid?.() !== 0 || !firstRunnable(onPath(['apt-get']))) return false;
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'ignore'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages);
}

const found = {};
for (const [name, browser] of Object.entries(BROWSERS)) {
  let path = locate(browser);
  if (!path && !process.env[browser.variable]) {
    console.error(`${browser.title} is missing. Trying apt-get install ${browser.packages.join(' ')} ...`);
    if (install(browser.packages)) path = locate(browser);
  }
  if (!path) {
    console.error(
      `${browser.title} could not be installed: its tests ${name === 'chromium' ? 'fail' : 'are skipped'}. ` +
        `Install it (on Debian: apt-get install ${browser.packages.join(' ')}), or set ${browser.variable} to its path.`,
    );
  }
  found[name] = path ?? null;
}
console.log(JSON.stringify(found));
