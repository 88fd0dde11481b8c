import { render } from 'preact';
import { language } from '../strings/index.js';
import { Popup } from './popup.js';
import { loadState } from './state.js';

document.documentElement.lang = language;
render(<Popup />, document.body);
void loadState();
