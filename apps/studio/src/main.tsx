import { render } from 'preact';
import { App } from './app/app.js';
import { startEngine } from './state/engine.js';
import { shareOutput } from './state/sharing.js';
import { hasPermission, source, startCamera } from './state/source.js';
import { startUpdates } from './state/updates.js';
import './styles/index.css';

const root = document.getElementById('app');
shareOutput();
if (root) render(<App />, root);
// The engine loads while the user reads the page.
void startEngine();
void startUpdates();
const mayStart = await hasPermission();
// Unless the user has chosen another source meanwhile.
if (mayStart && source.peek().status === 'idle') await startCamera();
