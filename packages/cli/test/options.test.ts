import { readFileSync } from 'node:fs';
import {
  type OptionDescription,
  PIPELINE_OPTION_SUMMARIES,
  PIPELINE_OPTIONS,
} from '@elsewhere/engine/internal';
import { CONVERT_OPTION_SUMMARIES, CONVERT_OPTIONS } from '@elsewhere/node/internal/options';
import type { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { type ConvertPlan, parseArguments } from '../src/arguments.js';
import { completionScript } from '../src/completion.js';
import type { Files } from '../src/files.js';
import { createProgram, optionDescription, SHELLS } from '../src/program.js';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
const NO_FILES: Files = { kind: () => undefined, format: () => ({ kind: 'video' }) };

/** The command's options that are not options of `convert`, or have another form there. */
const OWN = ['background', 'fit', 'blur', 'output', 'jobs', 'json', 'quiet', 'version', 'help'];

const program = createProgram('0', {
  convert() {},
  listModels() {},
  pullModel() {},
  verifyModels() {},
  studio() {},
  virtualCamera() {},
  completion() {},
});
const flags = program.createHelp().visibleOptions(program);
const described = Object.entries<OptionDescription>(CONVERT_OPTIONS);
const summaries: Readonly<Record<string, string>> = CONVERT_OPTION_SUMMARIES;

function flagOf(name: string): Option {
  const flag = flags.find((option) => option.attributeName() === name);
  if (!flag) throw new Error(`There is no flag for the option ${name}.`);
  return flag;
}

function plan(...argv: string[]): ConvertPlan {
  const parsed = parseArguments(['talk.mp4', ...argv], { version: '0', files: NO_FILES });
  if (parsed.action !== 'convert') throw new Error(`planned ${parsed.action}`);
  return parsed;
}

/** A valid value, as typed and as parsed, and some invalid ones. */
function examples(description: OptionDescription): {
  readonly valid: readonly (readonly [typed: string, value: unknown])[];
  readonly invalid: readonly string[];
} {
  switch (description.type) {
    case 'number': {
      const { min, max } = description;
      const limits = [min, max].filter(Number.isFinite).map((limit) => [String(limit), limit] as const);
      const outside = [min - 0.1, max + 0.1].filter(Number.isFinite).map(String);
      return { valid: limits, invalid: [...outside, 'much', ''] };
    }
    case 'choice':
      return { valid: description.choices.map((choice) => [choice, choice]), invalid: ['other', ''] };
    case 'seconds': {
      const zero = [['0', 0] as const];
      return {
        valid: [['1:30', 90], ['2.5', 2.5], ...(description.allowsZero ? zero : [])],
        invalid: ['soon', '-1', ...(description.allowsZero ? [] : ['0'])],
      };
    }
    case 'list':
      return { valid: [['person,dog', ['person', 'dog']]], invalid: ['person,,dog'] };
    case 'text':
      return { valid: [['a-name', 'a-name']], invalid: [] };
    default:
      throw new Error(`There are no examples for the type ${description.type}.`);
  }
}

describe('the options of convert', () => {
  it("are the pipeline's, except those for live tracks, and Node's own", () => {
    const { mirror: _mirror, maxSize: _maxSize, quality, ...shared } = PIPELINE_OPTIONS;
    expect(CONVERT_OPTIONS).toMatchObject(shared);
    for (const [name, description] of Object.entries(shared)) {
      expect(Object.entries(CONVERT_OPTIONS)).toContainEqual([name, description]);
    }
    // Its default depends on the input.
    expect(CONVERT_OPTIONS.quality.choices).toEqual(quality.choices);
    expect(CONVERT_OPTIONS.quality.default).toBeUndefined();
    const own = Object.keys(CONVERT_OPTIONS).filter((name) => !Object.hasOwn(PIPELINE_OPTIONS, name));
    expect(own.sort()).toEqual(
      [
        'backend',
        'codec',
        'crf',
        'deinterlace',
        'duration',
        'keep',
        'keepLocation',
        'mask',
        'model',
        'overwrite',
        'preset',
        'start',
      ].sort(),
    );
  });

  it('have a description each, the same as in the pipeline', () => {
    expect(Object.keys(summaries).sort()).toEqual(Object.keys(CONVERT_OPTIONS).sort());
    for (const [name, summary] of Object.entries(PIPELINE_OPTION_SUMMARIES)) {
      if (Object.hasOwn(CONVERT_OPTIONS, name)) expect(summaries[name]).toContain(summary);
    }
  });
});

describe('the flags', () => {
  it("are the options of convert and the command's own, and no others", () => {
    const names = flags.map((option) => option.attributeName());
    expect(names.sort()).toEqual([...Object.keys(CONVERT_OPTIONS), ...OWN].sort());
    for (const name of Object.keys(CONVERT_OPTIONS)) {
      const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(flagOf(name).long).toBe(`--${kebab}`);
    }
  });

  it.each(described)('--%s accepts what its description allows, and nothing else', (name, description) => {
    const { long } = flagOf(name);
    if (!long) throw new Error(`${name} has no long form.`);
    if (description.type === 'boolean') {
      expect(plan(long).options).toEqual({ [name]: true });
      return;
    }
    const { valid, invalid } = examples(description);
    for (const [typed, value] of valid) expect(plan(long, typed).options, typed).toEqual({ [name]: value });
    for (const typed of invalid) {
      expect(() => plan(long, typed), typed).toThrow(expect.objectContaining({ code: 'USAGE' }));
    }
  });

  it.each(described)(
    '--%s has its description, range, choices and default in the help',
    (name, description) => {
      const help = optionDescription(flagOf(name));
      const [what = '', own] = (summaries[name] ?? '').split(/(?= \(default: )/);
      expect(help.startsWith(what)).toBe(true);
      if (own) expect(help.endsWith(own)).toBe(true);
      else if (description.type !== 'boolean') {
        expect(help.endsWith(` (default: ${description.default})`)).toBe(true);
      }
      if (description.type === 'choice') expect(help).toContain(`: ${description.choices.join(', ')} (`);
      if (description.type === 'number' && Number.isFinite(description.max)) {
        expect(help).toContain(`, from ${description.min} to ${description.max} (`);
      }
    },
  );

  it.each(SHELLS)('are completed in %s, with their choices', (shell) => {
    const script = completionScript(shell, program);
    for (const { long, argChoices } of flags) {
      if (!long) throw new Error('A flag has no long form.');
      expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long);
      if (argChoices) expect(script).toContain(argChoices.join(' '));
    }
  });

  it('are in the README as in the help, and no others', () => {
    const rows = flags.map((option) => {
      const [what, value = ''] = optionDescription(option).split(/ \(default: (.*)\)$/);
      const names = option.flags.replaceAll('|', '\\|');
      return `| \`${names}\` | ${what} | ${value ? `${value} ` : ''}|`;
    });
    expect(README.split('\n').filter((line) => /^\| `.*--/.test(line))).toEqual(rows);
  });
});
