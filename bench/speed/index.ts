import { benchCommand } from './command.js';
import { benchStages } from './stages.js';

// npm run bench:speed [-- FILE ...]: the stages over the presenter, then the whole command over the presenter or files.
await benchStages();
await benchCommand(process.argv.slice(2));
