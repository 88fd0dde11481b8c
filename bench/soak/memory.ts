import { readdirSync, readFileSync } from 'node:fs';

/** The memory of a process and all its children, in MB: what is theirs alone, and their parts of what they share (Linux). */
export function memoryOfTree(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  let sum = 0;
  const waiting = [root];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    sum += proportionalMemory(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return sum / 1024;
}

/** The process of a browser, found by an argument that only it has. */
export function findProcess(argument: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = read(`/proc/${name}/cmdline`).split('\0');
    if (line.includes(argument) && !line.some((part) => part.startsWith('--type='))) return Number(name);
  }
  throw new Error(`No process has the argument ${argument}.`);
}

function parentOf(pid: number): number | undefined {
  // The name may have spaces and brackets: what follows the last bracket is state and parent.
  const [, parent] = read(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return parent === undefined ? undefined : Number(parent);
}

function proportionalMemory(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** Processes come and go. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
