import { render } from 'preact';
import { App } from './app/app.js';
import { startEngine } from './state/engine.js';
import { hasPermission, startCamera } from './state/source.js';
import './styles/index.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
// The engine loads while somebody reads and answers.
void startEngine();
if (await hasPermission()) await startCamera();
