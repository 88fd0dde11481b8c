// Builds WebAssembly modules from AssemblyScript, and generates the TypeScript declarations of their exports from the same sources: the
// functions, and the structs that are passed to them by pointer.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeKind, newOptions, newProgram, parse } from 'assemblyscript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const src = join(root, 'packages/engine/src');

/** The module that generated declarations import. */
const STRUCT = join(src, 'kernels/struct.js');

/** The name of the custom section that holds the hash of the declarations. */
const SECTION = 'interface';

const FLAGS = [
  ...['--runtime', 'stub', '--enable', 'simd', '--noAssert'],
  ...['--optimizeLevel', '3', '--shrinkLevel', '0'],
  ...['--maximumMemory', '65536'],
  ...['--disableWarning', '112'], // vectors are passed within a module only, never to JavaScript
];

/** TypeScript types for AssemblyScript types, as parameters and as results. Structs are in neither. */
const PARAMETERS = { i32: 'number', f32: 'number', bool: 'boolean', usize: 'Pointer' };
const RESULTS = { ...PARAMETERS, bool: '0 | 1', void: 'void' };

/** The views of memory that fields are written through. Every field has four bytes. */
const VIEWS = { i32: 'i32', usize: 'i32', f32: 'f32' };

/**
 * Updates a module and its declarations.
 *
 * @param module.folder - The folder of the sources, whose `index.ts` exports the functions.
 * @param module.wasm - The output path of the module.
 * @param module.declarations - The output path of the declarations. Default: none.
 * @param module.name - The name of the interface of all exports.
 * @param module.flags - More flags for the compiler.
 */
export function buildKernels({ folder, wasm, declarations, name, flags = [] }) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.reference.ts'));
  const sources = new Map(files.map((file) => [file.slice(0, -'.ts'.length), read(join(folder, file))]));
  const text = declarations && declarationsOf(sources, name, importPath(declarations, STRUCT));
  const isNew = declarations && (!existsSync(declarations) || readFileSync(declarations, 'utf8') !== text);
  if (isNew) writeFileSync(declarations, text);
  const inputs = [...files.map((file) => join(folder, file)), fileURLToPath(import.meta.url)];
  const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
  if (!isNew && existsSync(wasm) && statSync(wasm).mtimeMs >= newest) return;
  mkdirSync(dirname(wasm), { recursive: true });
  const asc = join(
    dirname(createRequire(import.meta.url).resolve('assemblyscript/package.json')),
    'bin/asc.js',
  );
  execFileSync(process.execPath, [asc, join(folder, 'index.ts'), '--outFile', wasm, ...FLAGS, ...flags], {
    cwd: root,
    stdio: 'inherit',
  });
  if (declarations)
    writeFileSync(wasm, Buffer.concat([readFileSync(wasm), customSection(SECTION, hashOf(text))]));
}

function read(path) {
  return { path, text: readFileSync(path, 'utf8') };
}

function importPath(from, to) {
  const path = relative(dirname(from), to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

function hashOf(text) {
  return createHash('sha256')
    .update(text.replace(/INTERFACE = '.*'/, ''))
    .digest('hex')
    .slice(0, 16);
}

/** A custom section of a WebAssembly module; all lengths are below 128. */
function customSection(title, contents) {
  const body = Buffer.concat([Buffer.from([title.length]), Buffer.from(title), Buffer.from(contents)]);
  return Buffer.concat([Buffer.from([0, body.length]), body]);
}

/** The TypeScript module that declares what a set of sources exports. */
function declarationsOf(sources, name, structModule) {
  const program = newProgram(newOptions());
  for (const [file, { text }] of sources) parse(program, text, `${file}.ts`, file === 'index');
  const statements = program.sources.flatMap(({ normalizedPath, statements: all, text }) =>
    sources.has(normalizedPath.slice(0, -'.ts'.length)) ? all.map((statement) => ({ statement, text })) : [],
  );
  const functions = new Map();
  const structs = new Map();
  for (const { statement, text } of statements) {
    if (statement.kind === NodeKind.FunctionDeclaration)
      functions.set(statement.name.text, { statement, text });
    if (statement.kind === NodeKind.ClassDeclaration) structs.set(statement.name.text, { statement, text });
  }
  const exported = program.sources
    .find(({ normalizedPath }) => normalizedPath === 'index.ts')
    .statements.flatMap((statement) => {
      if (statement.kind === NodeKind.Export) return statement.members.map(({ localName }) => localName.text);
      return statement.kind === NodeKind.FunctionDeclaration ? [statement.name.text] : [];
    });
  const constants = program.sources
    .find(({ normalizedPath }) => normalizedPath === 'index.ts')
    .statements.flatMap((statement) => (statement.kind === NodeKind.Variable ? statement.declarations : []));
  const used = new Set();
  const methods = exported.map((each) => methodOf(functions.get(each), structs, used));
  const classes = [...used].map((each) => structOf(structs.get(each), structs));
  const imports = ['Pointer', ...(used.size > 0 ? ['Struct', 'StructPointer'] : [])];
  const module = [
    `// Generated by scripts/kernels.mjs from the AssemblyScript sources. Do not edit.`,
    `import { ${imports.map((each) => (each === 'Struct' ? each : `type ${each}`)).join(', ')} } from '${structModule}';`,
    ``,
    `/** A hash of these declarations. The matching module contains it in its section \`${SECTION}\`. */`,
    `export const INTERFACE = '';`,
    ``,
    ...classes,
    `/**`,
    ` * The exports of the WebAssembly module. Nothing is checked: a wrong pointer or size reads and writes other memory, or`,
    ` * traps with a \`WebAssembly.RuntimeError\`.`,
    ` */`,
    `export interface ${name} {`,
    `  /** The memory that all pointers point into. */`,
    `  readonly memory: WebAssembly.Memory;`,
    ...constants.map((each) => constantOf(each, sources.get('index').text)),
    ...methods,
    `}`,
    ``,
  ].join('\n');
  return module.replace(`INTERFACE = ''`, `INTERFACE = '${hashOf(module)}'`);
}

function methodOf({ statement, text }, structs, used) {
  const { parameters, returnType } = statement.signature;
  const typed = parameters.map(
    ({ name, type }) => `${name.text}: ${typeOf(type, PARAMETERS, structs, used)}`,
  );
  const result = typeOf(returnType, RESULTS, structs, used);
  return `\n${commentBefore(statement, text, '  ')}  ${statement.name.text}(${typed.join(', ')}): ${result};`;
}

function constantOf({ name, range }, text) {
  const statement = { range: { start: text.lastIndexOf('export', range.start) } };
  return `\n${commentBefore(statement, text, '  ')}  readonly ${name.text}: WebAssembly.Global;`;
}

/** The class that writes a struct, and the interface of its fields. */
function structOf({ statement, text }, structs) {
  const name = statement.name.text;
  const fields = statement.members.map((member) => {
    const type = member.type.name.identifier.text;
    return { name: member.name.text, type, comment: commentBefore(member, text, '  ') };
  });
  const views = [...new Set(fields.map(({ type }) => VIEWS[type] ?? 'i32'))];
  const types = {
    ...PARAMETERS,
    ...Object.fromEntries([...structs.keys()].map((each) => [each, `${each}Pointer`])),
  };
  return [
    `/** A pointer to a {@link ${name}Struct}. */`,
    `export type ${name}Pointer = StructPointer<'${name}'>;`,
    ``,
    `${commentBefore(statement, text, '')}export interface ${name}Fields {`,
    ...fields.map((field) => `${field.comment}  readonly ${field.name}: ${types[field.type]};`),
    `}`,
    ``,
    `/** Writes {@link ${name}Fields} for the kernels. */`,
    `export class ${name}Struct extends Struct<'${name}'> {`,
    `  static readonly bytes = ${4 * fields.length};`,
    ``,
    `  /** Writes all fields. Returns the pointer to the struct. */`,
    `  write(fields: ${name}Fields): ${name}Pointer {`,
    `    const { ${views.join(', ')} } = this.block;`,
    ...fields.map((field, i) => `    ${VIEWS[field.type] ?? 'i32'}[${i}] = fields.${field.name};`),
    `    return this.pointer;`,
    `  }`,
    `}`,
    ``,
  ].join('\n');
}

function typeOf(node, types, structs, used) {
  const name = node.name.identifier.text;
  if (types[name]) return types[name];
  if (!structs.has(name)) throw new Error(`${name} is a type that JavaScript can't pass to a kernel.`);
  for (const { type } of structs.get(name).statement.members) {
    const field = type.name.identifier.text;
    if (!VIEWS[field]) typeOf(type, {}, structs, used);
  }
  used.add(name);
  return `${name}Pointer`;
}

/** The documentation comment that ends where a declaration begins, indented. */
function commentBefore({ range, decorators }, text, indent) {
  const begin = decorators?.[0]?.range.start ?? range.start;
  const [comment] = /\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*(?:export\s+)?$/.exec(text.slice(0, begin)) ?? [];
  if (!comment) return '';
  const lines = comment.slice(0, comment.lastIndexOf('*/') + 2).split('\n');
  return lines.map((line, i) => `${indent}${i > 0 ? ' ' : ''}${line.trim()}\n`).join('');
}
