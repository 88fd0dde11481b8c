import { effect } from '@preact/signals';
import { type Language, languageOf } from '../strings/languages.js';
import { oneOf, stored } from './stored.js';

/** The theme of the page: the system's, or a chosen one. */
export type Theme = 'system' | 'light' | 'dark';

/** The chosen theme. */
export const theme = stored<Theme>('theme', 'system', oneOf(['system', 'light', 'dark']));

/** The chosen language; by default the browser's, if available. */
export const language = stored<Language>('language', languageOf(navigator.languages), oneOf(['en', 'de']));

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
});

effect(() => {
  document.documentElement.lang = language.value;
});
