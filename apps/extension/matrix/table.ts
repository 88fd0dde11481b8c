import { FAULTS } from '../test/matrix/faults.js';
import { type Cell, FORMS, FRAMES } from '../test/matrix/row.js';
import { POLICIES } from '../test/support/site.js';

const MARKS: Readonly<Record<Cell['result'], string>> = { passed: '✓', failed: '✗', 'not possible': '–' };

/** The matrix as Markdown: a row for each policy and fault, a column for each frame, a mark for each form. */
export function tableOf(cells: readonly Cell[]): string {
  const policies = [...new Set(cells.map(({ policy }) => policy))];
  const faults = [...new Set(cells.map(({ fault }) => fault))];
  const count = (result: Cell['result']) => cells.filter((cell) => cell.result === result).length;
  const frames = cells.reduce((sum, cell) => sum + cell.frames, 0);
  const worst = Math.max(0, ...cells.map((cell) => cell.worst || 0));
  const marksOf = (policy: string, fault: string, frame: string) =>
    FORMS.map((form) => {
      const cell = cells.find(
        (each) =>
          each.policy === policy && each.fault === fault && each.frame === frame && each.form === form,
      );
      return cell ? MARKS[cell.result] : '?';
    }).join('');
  const lines = policies.flatMap((policy) =>
    faults.map(
      (fault) =>
        `| ${policy} | ${fault} | ${FRAMES.map((frame) => marksOf(policy, fault, frame)).join(' | ')} |`,
    ),
  );
  const total = Object.keys(POLICIES).length * FRAMES.length * FORMS.length * FAULTS.length;
  return [
    `${cells.length} of ${total} cells: ${count('passed')} passed, ${count('failed')} failed, ${count('not possible')} not possible (–).`,
    `${frames} output frames were looked at; the largest share of one with the camera background's colours is ${worst.toFixed(4)} (a frame as it came: 0.59).`,
    `Each mark is one form, in this order: ${FORMS.join(', ')}.`,
    '',
    `| policy | fault | ${FRAMES.join(' | ')} |`,
    `|---|---|${FRAMES.map(() => '---|').join('')}`,
    ...lines,
    '',
  ].join('\n');
}
