// Keeps the manifests of the published packages consistent with the root's: node scripts/manifests.mjs copies what the root states once
// (repository, licence, supported Node) into each of them, and LICENSE. With --check it fails if one is out of date.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const DIRECTORIES = ['packages/engine', 'packages/node', 'packages/web', 'packages/cli', 'apps/studio'];
const FILES = ['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.txt'];
const isCheck = process.argv.includes('--check');

const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const { repository, license, engines } = read('package.json');

function fail(directory, problem) {
  console.error(`${directory}: ${problem}`);
  process.exitCode = 1;
}

/** Lockfiles contain no registry URLs, which would tie everybody to one registry; .npmrc omits them. */
const LOCKFILES = ['.', 'apps/extension/tools', 'bench/peers', 'tools/checks', 'tools/gpu', 'tools/release'];
for (const directory of LOCKFILES) {
  const lockfile = readFileSync(join(root, directory, 'package-lock.json'), 'utf8');
  if (/"resolved": "https?:/.test(lockfile))
    fail(directory, 'package-lock.json contains download addresses.');
}

for (const directory of DIRECTORIES) {
  const path = join(root, directory, 'package.json');
  const manifest = read(join(directory, 'package.json'));
  const address = repository.url.replace(/^git\+|\.git$/g, '');
  const expected = {
    homepage: `${address}/tree/main/${directory}#readme`,
    repository: { ...repository, directory },
    bugs: `${address}/issues`,
    license,
    engines,
    publishConfig: { access: 'public' },
  };
  const wrong = Object.keys(expected).filter(
    (key) => JSON.stringify(manifest[key]) !== JSON.stringify(expected[key]),
  );
  const copy = join(root, directory, 'LICENSE');
  const hasLicense = existsSync(copy) && readFileSync(copy).equals(readFileSync(join(root, 'LICENSE')));
  if (isCheck) {
    if (wrong.length > 0)
      fail(directory, `${wrong.join(', ')} differ from the root's: run npm run manifests.`);
    if (!hasLicense) fail(directory, "LICENSE differs from the root's: run npm run manifests.");
  } else {
    if (wrong.length > 0) writeFileSync(path, `${JSON.stringify({ ...manifest, ...expected }, null, 2)}\n`);
    if (!hasLicense) copyFileSync(join(root, 'LICENSE'), copy);
  }
  for (const key of ['description', 'keywords', 'files']) {
    if (!manifest[key]?.length) fail(directory, `package.json has no ${key}.`);
  }
  // A package for bundlers states which of its modules have side effects.
  if ('.' in (manifest.exports ?? {}) && manifest.sideEffects === undefined) {
    fail(directory, 'package.json has no sideEffects.');
  }
  for (const path of Array.isArray(manifest.sideEffects) ? manifest.sideEffects : []) {
    const source = path.replace('./dist/', './src/').replace(/\.js$/, '.ts');
    if (!path.includes('*') && !existsSync(join(root, directory, source))) {
      fail(directory, `sideEffects names ${path}, which has no source.`);
    }
  }
  for (const file of FILES)
    if (!existsSync(join(root, directory, file))) fail(directory, `${file} is missing.`);
}
