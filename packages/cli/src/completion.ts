import { MODEL_CATALOGUE } from '@elsewhere/engine';
import type { Command, Option } from 'commander';
import { BACKGROUND_WORDS } from './background.js';

/** What can follow an option. */
interface Values {
  readonly words: readonly string[];
  readonly files: boolean;
}

/** An option as completions need it. */
interface Completed {
  readonly names: readonly string[];
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  /** `undefined`: it takes no value. */
  readonly values: Values | undefined;
}

/** A subcommand as completions need it. */
interface Branch {
  readonly name: string;
  readonly description: string;
  readonly words: readonly string[];
  readonly options: readonly Completed[];
}

/** Values that are not among an option's choices. */
function moreValues(long: string): Values {
  switch (long) {
    case '--background':
      return { words: BACKGROUND_WORDS, files: true };
    case '--model':
      return { words: MODEL_CATALOGUE.map(({ id }) => id), files: true };
    case '--output':
    case '--camera':
    case '--to':
      return { words: [], files: true };
    default:
      return { words: [], files: false };
  }
}

/**
 * Writes the completion script of a shell from the description of the command.
 *
 * @param shell - `bash`, `zsh` or `fish`.
 * @param program - The command, as in `createProgram`.
 * @returns The script, ending in a line break.
 */
export function completionScript(shell: string, program: Command): string {
  const root = branch(program);
  const branches = program.commands.map(branch);
  switch (shell) {
    case 'bash':
      return bash(root, branches);
    case 'zsh':
      return zsh(root, branches);
    default:
      return fish(root, branches);
  }
}

function branch(command: Command): Branch {
  const deeper = command.commands.map((child) => child.name());
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const ids = deeper.includes('pull') ? MODEL_CATALOGUE.map(({ id }) => id) : [];
  return {
    name: command.name(),
    description: command.description(),
    words: [...deeper, ...choices, ...ids],
    options: command.createHelp().visibleOptions(command).map(completed),
  };
}

function completed(option: Option): Completed {
  const long = option.long ?? option.short ?? '';
  const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
  const takesValue = option.required || option.optional;
  const values = option.argChoices ? { words: option.argChoices, files: false } : moreValues(long);
  return {
    names,
    short: option.short,
    long,
    description: option.description.replace(/ \(default: .*\)$/, ''),
    values: takesValue ? values : undefined,
  };
}

function bash(root: Branch, branches: readonly Branch[]): string {
  const optionNames = ({ options }: Branch) => options.flatMap(({ names }) => names).join(' ');
  const valueCases = root.options.flatMap(({ names, values }) => {
    if (!values) return [];
    const words = values.words.length > 0 ? `compgen -W '${values.words.join(' ')}' -- "$word"` : ':';
    const files = values.files ? 'compgen -f -- "$word"' : ':';
    return [`    ${names.join('|')}) _elsewhere_offer < <(${words}; ${files}); return ;;`];
  });
  const branchCases = branches.map(
    (one) =>
      `    ${one.name}) _elsewhere_offer < <(compgen -W '${[...one.words, optionNames(one)].join(' ')}' -- "$word"); return ;;`,
  );
  return `# bash completion for elsewhere
_elsewhere_offer() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}
_elsewhere() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $before in
${valueCases.join('\n')}
  esac
  if [ "$COMP_CWORD" -gt 1 ]; then case \${COMP_WORDS[1]} in
${branchCases.join('\n')}
  esac; fi
  if [[ $word == -* ]]; then
    _elsewhere_offer < <(compgen -W '${optionNames(root)}' -- "$word")
    return
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    _elsewhere_offer < <(compgen -W '${branches.map(({ name }) => name).join(' ')}' -- "$word")
  fi
  _elsewhere_offer < <(compgen -f -- "$word")
}
complete -o filenames -F _elsewhere elsewhere
`;
}

function zsh(root: Branch, branches: readonly Branch[]): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const describe = (text: string) => text.replace(/[[\]:\\]/g, (character) => `\\${character}`);
  const value = ({ words, files }: Values) => {
    if (words.length === 0) return files ? ':path:_files' : ':value:';
    const list = `(${words.join(' ')})`;
    return files ? `:value: _alternative "words\\:word\\:${list}" "files\\:file\\:_files"` : `:value:${list}`;
  };
  const specs = ({ options }: Branch) =>
    options.map(({ names, description, values }) => {
      const rest = quote(`[${describe(description)}]${values ? value(values) : ''}`);
      return names.length > 1
        ? `'(${names.join(' ')})'{${names.join(',')}}${rest}`
        : `${names.join('')}${rest}`;
    });
  const cases = branches.map(
    (one) =>
      `    ${one.name}) _arguments ${specs(one).join(' ')} ${quote(`*:what:(${one.words.join(' ')})`)}; return ;;`,
  );
  return `#compdef elsewhere
_elsewhere() {
  if (( CURRENT > 2 )); then case $words[2] in
${cases.join('\n')}
  esac; fi
  _arguments \\
    ${specs(root).join(' \\\n    ')} \\
    ${quote('1: :->first')} ${quote('*:input:_files')} && return
  if [[ $state == first ]]; then
    local -a commands=(${branches.map(({ name, description }) => quote(`${name}:${description}`)).join(' ')})
    _describe command commands
    _files
  fi
}
if [ "$funcstack[1]" = _elsewhere ]; then _elsewhere "$@"; else compdef _elsewhere elsewhere; fi
`;
}

function fish(root: Branch, branches: readonly Branch[]): string {
  const quote = (text: string) => `'${text.replace(/['\\]/g, (character) => `\\${character}`)}'`;
  const line = ({ short, long, description, values }: Completed, condition: string) => {
    const words = values && values.words.length > 0 ? ` -a ${quote(values.words.join(' '))}` : '';
    const kind = values ? (values.files ? ' -r -F' : ' -x') : '';
    const name = `${short ? ` -s ${short.slice(1)}` : ''} -l ${long.slice(2)}`;
    return `complete -c elsewhere -n ${quote(condition)}${name}${kind}${words} -d ${quote(description)}`;
  };
  const atRoot = `not __fish_seen_subcommand_from ${branches.map(({ name }) => name).join(' ')}`;
  return [
    '# fish completion for elsewhere',
    ...root.options.map((option) => line(option, atRoot)),
    ...branches.flatMap(({ name, description, words, options }) => {
      const inside = `__fish_seen_subcommand_from ${name}`;
      return [
        `complete -c elsewhere -n __fish_is_first_token -a ${name} -d ${quote(description)}`,
        `complete -c elsewhere -n ${quote(inside)} -f -a ${quote(words.join(' '))}`,
        ...options.map((option) => line(option, inside)),
      ];
    }),
    '',
  ].join('\n');
}
