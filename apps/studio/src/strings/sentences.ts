import { strings } from './index.js';

/** What went wrong, in the language of the page. */
export function sentenceOf(error: unknown): string {
  const { errors } = strings.value;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code in errors ? errors[code as keyof typeof errors] : errors.other;
}
