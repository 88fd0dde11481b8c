import { render } from 'preact';
import { Output } from './app/output.js';
import './styles/index.css';

const root = document.getElementById('app');
if (root) render(<Output />, root);
