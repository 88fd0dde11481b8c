import { de } from './de.js';
import { en, type Strings } from './en.js';

/** The language of the browser, if the extension has it. */
export const language = chrome.i18n.getUILanguage().startsWith('de') ? 'de' : 'en';

/** All texts in that language. */
export const strings: Strings = language === 'de' ? de : en;
