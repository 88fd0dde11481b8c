// npm start opens the studio; npm start -- FILE ... runs the command `elsewhere` with these arguments.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const given = process.argv.slice(2);
const command = join(dirname(fileURLToPath(import.meta.url)), '../packages/cli/bin/elsewhere.js');
const child = spawn(process.execPath, [command, ...(given.length > 0 ? given : ['studio'])], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: 'inherit',
});
// Ctrl-C reaches the command as well, which decides how it ends.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
