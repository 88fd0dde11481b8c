import { present } from './lab.js';
import { passThrough } from './pass-through.js';

present(passThrough);
