// Writes THIRD-PARTY-NOTICES.txt of each published package, for everything that the package contains: node scripts/notices.mjs (after
// npm run build). With --check it fails if a notice is missing or out of date, or if a bundled package has no licence.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NAME = 'THIRD-PARTY-NOTICES.txt';

/** What a package's tarball contains besides its bundles, compiled in or copied. */
const COPIED = {
  'packages/engine': ['assemblyscript'],
  'packages/web': ['assemblyscript', '@litertjs/core', '@mediapipe/selfie_segmentation'],
  'packages/node': [],
  'packages/cli': [],
};
COPIED['apps/studio'] = COPIED['packages/web'];
COPIED['apps/extension'] = ['assemblyscript', '@mediapipe/selfie_segmentation'];

/** The bundles of each package, whose contents the build records. */
const BUNDLES = {
  'packages/web': ['web'],
  'apps/studio': ['web', 'studio'],
  'apps/extension': ['extension'],
};

/** Remarks about software that a package contains. */
const CONTAINED = {
  assemblyscript: 'Its standard library is compiled into kernels.wasm.',
  '@litertjs/core':
    'Its WebAssembly files are included unchanged. They are compiled from LiteRT and the libraries that LiteRT uses, XNNPACK among them.',
  '@mediapipe/selfie_segmentation': 'Its two networks (.tflite) are included unchanged.',
  '@fontsource-variable/inter': 'Its font files (.woff2) are included unchanged.',
  mediabunny:
    'Its source code, unchanged, is in the npm package of this version and in the repository above.',
};

/** Remarks about software that is installed with a package. */
const INSTALLED = {
  'node-av':
    'Its binary package (@seydx/node-av-*) contains FFmpeg with x264 and x265, under the GNU General Public License, version 3 or later.',
  sharp: 'Its binary packages (@img/*) contain libvips, under the LGPL-3.0-or-later.',
};

const LINE = '='.repeat(78);

function packageOf(name, from) {
  for (const folder of createRequire(join(root, from, 'package.json')).resolve.paths(name) ?? []) {
    const path = join(folder, name);
    if (existsSync(join(path, 'package.json'))) {
      return { path, manifest: JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) };
    }
  }
  throw new Error(`${name} is not installed.`);
}

/**
 * The licence text of the package. Apache's text is always the same, so it is taken from our own LICENSE if the package has
 * none.
 */
function licenseText(name, path, manifest) {
  const files = readdirSync(path).filter((file) => /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(path, file), 'utf8').trim());
  if (texts.length > 0) return texts.join('\n\n');
  if (manifest.license === 'Apache-2.0') return readFileSync(join(root, 'LICENSE'), 'utf8').trim();
  throw new Error(
    `${name} is bundled, but its package contains no licence text. Add the text or remove the package.`,
  );
}

function head(name, manifest, remark) {
  if (!manifest.license) throw new Error(`${name} states no licence.`);
  const source = manifest.repository?.url ?? manifest.repository ?? manifest.homepage ?? '';
  const address = String(source)
    .replace(/^git\+|\.git$/g, '')
    .replace(/^git@github\.com:/, 'https://github.com/');
  const lines = [`${name} ${manifest.version} (${manifest.license})`, address, remark];
  return lines.filter(Boolean).join('\n');
}

function noticeOf(directory) {
  const { name, dependencies = {} } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
  const bundled = (BUNDLES[directory] ?? []).flatMap((bundle) => {
    const list = join(root, `out/bundled/${bundle}.json`);
    if (!existsSync(list)) throw new Error(`out/bundled/${bundle}.json is missing: run npm run build.`);
    return JSON.parse(readFileSync(list, 'utf8'));
  });
  const contained = [...new Set([...COPIED[directory], ...bundled])].sort();
  const installed = Object.keys(dependencies).filter((dependency) => !dependency.startsWith('@elsewhere/'));
  const parts = [`Third-party software of ${name}`];
  if (contained.length > 0) {
    parts.push('This package contains the following software, in whole or in part.');
    for (const dependency of contained) {
      const { path, manifest } = packageOf(dependency, directory);
      parts.push(
        `${LINE}\n${head(dependency, manifest, CONTAINED[dependency])}\n${LINE}`,
        licenseText(dependency, path, manifest),
      );
    }
    parts.push(LINE);
  } else {
    parts.push('This package contains no software of others.');
  }
  if (installed.length > 0) {
    parts.push('npm installs the following packages with this one. Each brings its own licence.');
    for (const dependency of installed) {
      parts.push(head(dependency, packageOf(dependency, directory).manifest, INSTALLED[dependency]));
    }
  }
  return `${parts.join('\n\n').replace(/\r\n?/g, '\n')}\n`;
}

const isCheck = process.argv.includes('--check');
for (const directory of Object.keys(COPIED)) {
  try {
    const notice = noticeOf(directory);
    const file = join(root, directory, NAME);
    const isSame = existsSync(file) && readFileSync(file, 'utf8') === notice;
    if (isSame) continue;
    if (isCheck) throw new Error(`${directory}/${NAME} is out of date: run npm run notices.`);
    writeFileSync(file, notice);
    console.log(`${directory}/${NAME}`);
  } catch (error) {
    console.error(`${directory}: ${error.message}`);
    process.exitCode = 1;
  }
}
