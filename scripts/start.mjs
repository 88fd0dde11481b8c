// npm start: the presenter, drawn and put into another room. npm start -- FILE ...: the command `elsewhere` with these arguments.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);

function elsewhere(args, cwd) {
  const command = join(root, 'packages/cli/bin/elsewhere.js');
  const { status } = spawnSync(process.execPath, [command, ...args], { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (given.length > 0) {
  elsewhere(given, process.env.INIT_CWD ?? process.cwd());
} else {
  const { createPresenter, framePng, writeY4m } = await import('@elsewhere/presenter');
  const out = join(root, 'out');
  mkdirSync(out, { recursive: true });
  const [drawn, before, place, after] = [
    'presenter.y4m',
    'presenter.mp4',
    'place.png',
    'presenter.elsewhere.mp4',
  ];
  const size = { width: 960, height: 540 };

  console.log('Drawing a person at a desk, five seconds of them ...');
  await writeY4m(join(out, drawn), createPresenter({ ...size, waving: 'always' }), { frames: 150 });
  writeFileSync(join(out, place), await framePng(createPresenter({ ...size, people: 0, room: 'living' }), 0));
  elsewhere([drawn, '--background', 'none', '-o', before, '--overwrite', '--quiet'], out);
  rmSync(join(out, drawn));

  console.log('Putting them into a living room ...');
  elsewhere([before, '--background', place, '-o', after, '--overwrite'], out);
  console.log(`\nBefore: ${join('out', before)}\nAfter:  ${join('out', after)}`);
  console.log('\nNow a video of your own:  npm start -- talk.mp4 --background beach.jpg');
}
