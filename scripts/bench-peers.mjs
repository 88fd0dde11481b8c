// npm run bench:peers: a comparison with other open-source libraries. Shorter: -- --rows ours,livekit --seconds N.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { runnerImport } = await import(createRequire(join(root, 'packages/web/package.json')).resolve('vite'));
const { module } = await runnerImport(join(root, 'bench/peers/index.ts'), {
  root,
  logLevel: 'warn',
  oxc: { target: 'node20' },
});
await module.main(process.argv.slice(2));
