// Makes one TypeScript module of all WGSL files of the engine: their code, so that bundlers and browsers need nothing to load it, and how
// the struct of each one's uniform is laid out.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../packages/engine/src/', import.meta.url));
const target = join(source, 'gpu/shaders.ts');

/** How many floats a field has and at a multiple of how many it begins, and what it is in TypeScript. */
const TYPES = {
  f32: { floats: 1, alignment: 1, type: 'number' },
  vec2f: { floats: 2, alignment: 2, type: 'readonly [number, number]' },
  vec4f: { floats: 4, alignment: 4, type: 'readonly [number, number, number, number]' },
};

const shaders = readdirSync(source, { recursive: true })
  .filter((name) => name.endsWith('.wgsl'))
  .map((name) => name.slice(0, -'.wgsl'.length).replaceAll('\\', '/'))
  .sort()
  .map((name) => {
    const code = readFileSync(join(source, `${name}.wgsl`), 'utf8')
      .replace(/\s*\/\/.*$/gm, '')
      .replace(/^\s+/gm, '')
      .trim();
    return { name, code, parameters: parametersOf(name, code) };
  });

/** The fields of a shader's uniform, and which entry points use it; `undefined` where it has none. */
function parametersOf(name, code) {
  const [, variable, struct] = /var<uniform> (\w+): (\w+);/.exec(code) ?? [];
  if (!variable) return undefined;
  const [, body = ''] = new RegExp(`struct ${struct} \\{([^}]*)\\}`).exec(code) ?? [];
  let end = 0;
  const fields = [...body.matchAll(/(\w+): (\w+)/g)].map(([, field, wgsl]) => {
    const type = TYPES[wgsl];
    if (!type) throw new Error(`${name}: ${wgsl} is a type that parameters can't have so far.`);
    const offset = Math.ceil(end / type.alignment) * type.alignment;
    end = offset + type.floats;
    return { field, offset, type: type.type };
  });
  return { fields, floats: Math.ceil(end / 4) * 4, entries: entriesUsing(variable, code) };
}

/** The entry points that use a variable, themselves or in a function that they call. */
function entriesUsing(variable, code) {
  const functions = [...code.matchAll(/^(@compute .*\n)?fn (\w+)/gm)].map(
    ({ 0: head, 1: isEntry, 2: name, index }) => {
      const body = code.slice(index + head.length, endOfBlock(code, index));
      return { name, isEntry, words: new Set(body.match(/\w+/g)) };
    },
  );
  const uses = ({ words }, seen = new Set()) =>
    words.has(variable) ||
    functions.some((other) => {
      if (!words.has(other.name) || seen.has(other.name)) return false;
      return uses(other, seen.add(other.name));
    });
  return functions.filter((each) => each.isEntry && uses(each)).map(({ name }) => name);
}

/** Where the block that begins behind a place ends. */
function endOfBlock(code, from) {
  let depth = 0;
  for (let i = code.indexOf('{', from); ; i++) {
    if (code[i] === '{') depth++;
    else if (code[i] === '}') depth--;
    if (depth === 0) return i;
  }
}

const named = (indent, lines) => lines.map((line) => `${indent}${line}\n`).join('');
const withParameters = shaders.filter(({ parameters }) => parameters);
const module = [
  '// Made by scripts/shaders.mjs of all .wgsl files: change those.\n',
  '/** The code of each shader. */\nexport const SHADERS = {\n',
  named(
    '  ',
    shaders.map(({ name, code }) => `'${name}': ${JSON.stringify(code)},`),
  ),
  '} as const;\n\n/** The parameters of each shader that has any. */\nexport interface ShaderParameters {\n',
  ...withParameters.map(({ name, parameters }) => {
    const fields = parameters.fields.map(({ field, type }) => `readonly ${field}: ${type};`);
    return `  readonly '${name}': {\n${named('    ', fields)}  };\n`;
  }),
  '}\n\n/** Where they are in the uniform, in floats, and which entry points use it. */\nexport const LAYOUTS = {\n',
  ...withParameters.map(({ name, parameters: { fields, floats, entries } }) => {
    const offsets = fields.map(({ field, offset }) => `${field}: ${offset}`).join(', ');
    const users = entries.map((entry) => `'${entry}'`).join(', ');
    return `  '${name}': { floats: ${floats}, entries: [${users}], offsets: { ${offsets} } },\n`;
  }),
  '} as const;\n',
].join('');
if (!existsSync(target) || readFileSync(target, 'utf8') !== module) writeFileSync(target, module);
