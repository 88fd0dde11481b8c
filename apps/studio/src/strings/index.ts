import { computed } from '@preact/signals';
import { language } from '../state/preferences.js';
import { de } from './de.js';
import { en, type Strings } from './en.js';

/** All texts of the page in the chosen language. */
export const strings = computed<Strings>(() => (language.value === 'de' ? de : en));
