import { effect } from '@preact/signals';
import { type Language, languageOf } from '../strings/languages.js';
import { oneOf, stored } from './stored.js';

/** How the page looks: as the system says, or as was chosen. */
export type Theme = 'system' | 'light' | 'dark';

/** The chosen look. */
export const theme = stored<Theme>('theme', 'system', oneOf(['system', 'light', 'dark']));

/** The chosen language; at first the browser's, where it is there. */
export const language = stored<Language>('language', languageOf(navigator.languages), oneOf(['en', 'de']));

effect(() => {
  if (theme.value === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme.value;
});

effect(() => {
  document.documentElement.lang = language.value;
});
