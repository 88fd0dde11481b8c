import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in `/proc` on every current Linux. */
const TICKS = 100;

/**
 * The memory of a process and all its children, in MB (Linux): private memory, and a proportional part of shared memory. Mapped
 * files, such as executables, do not count, because their share depends on who else runs the same program.
 */
export function memoryOfTree(root: number): number {
  return sumOfTree(root, proportionalMemory) / 1024;
}

/** CPU seconds of a process and all its children, including those that have ended (Linux). */
export function processorTimeOfTree(root: number): number {
  return sumOfTree(root, processorTicks) / TICKS;
}

function sumOfTree(root: number, value: (pid: number) => number): number {
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
    sum += value(pid);
    waiting.push(...(children.get(pid) ?? []));
  }
  return sum;
}

/** The ID of a browser's process, found by an argument that only it has. */
export function findProcess(argument: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = read(`/proc/${name}/cmdline`).split('\0');
    if (line.includes(argument) && !line.some((part) => part.startsWith('--type='))) return Number(name);
  }
  throw new Error(`No process has the argument ${argument}.`);
}

function parentOf(pid: number): number | undefined {
  const [, parent] = statusOf(pid);
  return parent === undefined ? undefined : Number(parent);
}

/** Ticks in user and kernel mode, of the process and of children that it has waited for. */
function processorTicks(pid: number): number {
  return statusOf(pid)
    .slice(11, 15)
    .reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** The fields of `stat` from the third on. The name before them may contain spaces and parentheses. */
function statusOf(pid: number): readonly string[] {
  const line = read(`/proc/${pid}/stat`);
  return line === '' ? [] : line.replace(/^.*\) /s, '').split(' ');
}

function proportionalMemory(pid: number): number {
  const parts = read(`/proc/${pid}/smaps_rollup`).matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+)/gm);
  return [...parts].reduce((sum, [, size]) => sum + Number(size), 0);
}

/** The contents of a file, or an empty string if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
