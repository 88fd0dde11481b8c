// Writes the public API of each library as declarations without comments: api/NAME.api.md. node scripts/api.mjs (after npm run build).
// With --check it fails if a report is out of date, so that changes of the API are deliberate and visible in review.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isCheck = process.argv.includes('--check');
if (!install('tools/checks')) process.exit(1);
// The compiler that builds the project has no JavaScript API.
const ts = createRequire(join(root, 'tools/checks/package.json'))('typescript');
const printer = ts.createPrinter({ removeComments: true });

/** Entry points that change without notice. */
const INTERNAL = /^\.\/internal\b/;

/** The package that a file belongs to. */
function ownerOf(fileName) {
  const path = relative(root, fileName).replaceAll('\\', '/');
  const [, own] = /^packages\/([^/]+)\//.exec(path) ?? [];
  if (own) return `@elsewhere/${own}`;
  const [, other] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return other ?? path;
}

const isPrivate = (member) =>
  (member.name && ts.isPrivateIdentifier(member.name)) ||
  (ts.canHaveModifiers(member) &&
    ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword));

/** A declaration as users see it. A private constructor is kept, because it shows that there is no public one. */
function print(node) {
  const visible = ts.isClassDeclaration(node)
    ? ts.factory.updateClassDeclaration(
        node,
        node.modifiers,
        node.name,
        node.typeParameters,
        node.heritageClauses,
        node.members.filter((member) => ts.isConstructorDeclaration(member) || !isPrivate(member)),
      )
    : node;
  const statement = ts.isVariableDeclaration(visible) ? visible.parent.parent : visible;
  return printer.printNode(ts.EmitHint.Unspecified, statement, node.getSourceFile());
}

function typeText(type, node, checker) {
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
  // The type that the option's description allows, because the alias that derives it is not informative.
  const alternatives =
    type.isUnion() && type.aliasSymbol?.name === 'OptionValue'
      ? type.types.map((alternative) => checker.typeToString(alternative, node, flags)).sort()
      : [checker.typeToString(type, node, flags)];
  return alternatives.join(' | ').replace('false | true', 'boolean');
}

/** All members of a derived type, which its declaration does not show. */
function derivedMembers(node, checker) {
  const isDerived =
    (ts.isInterfaceDeclaration(node) && node.heritageClauses) ||
    (ts.isTypeAliasDeclaration(node) && !node.typeParameters && !ts.isTypeLiteralNode(node.type));
  if (!isDerived) return [];
  const type = checker.getTypeAtLocation(node);
  if (type.isUnion() || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
  const members = checker.getPropertiesOfType(type).map((member) => {
    const optional = member.flags & ts.SymbolFlags.Optional ? '?' : '';
    const memberType = checker.getTypeOfSymbolAtLocation(member, node);
    return `//   ${member.name}${optional}: ${typeText(memberType, node, checker)}`;
  });
  return members.length > 0 ? [`// ${node.name.text} has:`, ...members.sort()] : [];
}

function reportOf(name) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = Object.entries(manifest.exports).filter(([key, { types }]) => types && !INTERNAL.test(key));
  const files = entries.map(([, { types }]) => join(folder, types));
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.esnext.disposable.d.ts'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const parts = [`# ${manifest.name}`, 'Written by `npm run api`.'];
  for (const [index, [key]] of entries.entries()) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(files[index]));
    const symbols = module ? checker.getExportsOfModule(module) : [];
    const passedOn = new Map();
    const own = [];
    for (const symbol of symbols.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const declarations = target.declarations ?? [];
      if (declarations.length === 0)
        throw new Error(`${manifest.name} ${key}: ${symbol.name} has no declaration.`);
      const owner = ownerOf(declarations[0].getSourceFile().fileName);
      if (owner === manifest.name)
        own.push(
          ...new Set(declarations.map((node) => [print(node), ...derivedMembers(node, checker)].join('\n'))),
        );
      else passedOn.set(owner, [...(passedOn.get(owner) ?? []), symbol.name]);
    }
    const exported = [...passedOn].map(([owner, names]) => `export { ${names.join(', ')} } from '${owner}';`);
    const title = key === '.' ? manifest.name : `${manifest.name}/${key.slice(2)}`;
    const code = [...exported, ...own].join('\n\n') || '// nothing';
    parts.push(`## ${title}`, `\`\`\`ts\n${code}\n\`\`\``);
  }
  return `${parts.join('\n\n')}\n`;
}

mkdirSync(join(root, 'api'), { recursive: true });
for (const name of ['engine', 'node', 'web']) {
  const file = join(root, `api/${name}.api.md`);
  const report = reportOf(name);
  if (existsSync(file) && readFileSync(file, 'utf8') === report) continue;
  if (isCheck) {
    console.error(
      `The API of @elsewhere/${name} differs from api/${name}.api.md. If that is intended: npm run api.`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, report);
    console.log(`api/${name}.api.md`);
  }
}
