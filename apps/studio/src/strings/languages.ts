/** The languages of the page. */
export type Language = 'en' | 'de';

/** Each in its own words. */
export const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
];

/** The first of the user's languages that the studio has, or English. */
export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find(([language]) => tag.toLowerCase().split('-')[0] === language);
    if (found) return found[0];
  }
  return 'en';
}
