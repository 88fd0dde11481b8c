// Makes one TypeScript module of all WGSL files of the engine: bundlers and browsers need nothing to load them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../packages/engine/src/', import.meta.url));
const target = join(source, 'gpu/shaders.ts');

const names = readdirSync(source, { recursive: true })
  .filter((name) => name.endsWith('.wgsl'))
  .map((name) => name.slice(0, -'.wgsl'.length).replaceAll('\\', '/'))
  .sort();
const entries = names.map((name) => {
  const code = readFileSync(join(source, `${name}.wgsl`), 'utf8')
    .replace(/\s*\/\/.*$/gm, '')
    .replace(/^\s+/gm, '')
    .trim();
  return `  '${name}': ${JSON.stringify(code)},\n`;
});
const module = `// Made by scripts/shaders.mjs of all .wgsl files: change those.\nexport const SHADERS = {\n${entries.join('')}} as const;\n`;
if (!existsSync(target) || readFileSync(target, 'utf8') !== module) writeFileSync(target, module);
