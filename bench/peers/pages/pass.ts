import { floor } from './floor.js';
import { present } from './lab.js';

present(floor);
