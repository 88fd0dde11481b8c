import { EngineError } from '../errors.js';
import type { ModelDescription, ModelOutput } from './model.js';

/**
 * Parses the description of a custom model, a JSON object with the fields of {@link ModelDescription} except `source`;
 * `id`, `input` and `output` are required.
 *
 * @param json - The parsed JSON.
 * @returns The description, with `source: { kind: 'file' }`.
 * @throws {@link EngineError} `MODEL_INVALID` that names the first field that is missing or wrong.
 */
export function parseModelDescription(json: unknown): ModelDescription {
  const root = record(json, 'The description');
  const input = record(root['input'], "'input'");
  const id = text(root['id'], "'id'");
  const [low, high, ...more] = Array.isArray(input['valueRange']) ? input['valueRange'] : [];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low === high || more.length > 0) {
    throw invalid("'input.valueRange' must be two different numbers, black's and white's, such as [0, 1].");
  }
  const sha256 = root['sha256'];
  if (sha256 !== undefined && (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))) {
    throw invalid("'sha256' must be 64 lower-case hexadecimal digits.");
  }
  const bytes = root['bytes'];
  return {
    id,
    title: root['title'] === undefined ? id : text(root['title'], "'title'"),
    source: { kind: 'file' },
    input: {
      width: side(input['width'], "'input.width'"),
      height: side(input['height'], "'input.height'"),
      valueRange: [low, high],
    },
    output: modelOutput(record(root['output'], "'output'")),
    licence: root['licence'] === undefined ? 'not stated' : text(root['licence'], "'licence'"),
    reference: root['reference'] === undefined ? 'not stated' : text(root['reference'], "'reference'"),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(bytes === undefined ? {} : { bytes: side(bytes, "'bytes'") }),
  };
}

function modelOutput(output: Readonly<Record<string, unknown>>): ModelOutput {
  const { kind, classNames } = output;
  if (kind === 'confidence') return { kind };
  if (kind !== 'classes') throw invalid("'output.kind' must be 'confidence' or 'classes'.");
  if (!Array.isArray(classNames) || classNames.length < 2 || classNames.length > 256) {
    throw invalid("'output.classNames' must name 2 to 256 classes.");
  }
  const names = classNames.map((name, index) => text(name, `'output.classNames[${index}]'`));
  if (new Set(names).size < names.length) throw invalid("'output.classNames' must not name a class twice.");
  return { kind, classNames: names };
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${what} must be a JSON object.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(`${what} must be a text.`);
  return value;
}

function side(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw invalid(`${what} must be a whole number above 0.`);
  }
  return value;
}

function invalid(problem: string): EngineError {
  return new EngineError('MODEL_INVALID', `The model's description is not usable: ${problem}`);
}
