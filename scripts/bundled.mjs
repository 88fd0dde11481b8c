// Records the packages in a bundle, for the notices: out/bundled/NAME.json.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../out/bundled');

/** The path of a bundle's list. */
export const bundledList = (name) => join(folder, `${name}.json`);

/** Writes the third-party packages that these modules belong to. */
export function recordBundled(name, modules) {
  const packages = modules.flatMap((path) => {
    const [, found] = /.*node_modules\/((?:@[^/]+\/)?[^/?]+)/.exec(path.replaceAll('\\', '/')) ?? [];
    return found && !found.startsWith('@elsewhere') ? [found] : [];
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(bundledList(name), JSON.stringify([...new Set(packages)].sort()));
}
