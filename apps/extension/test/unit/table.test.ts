import { expect, it } from 'vitest';
import { tableOf } from '../../matrix/table.js';
import { FORMS, FRAMES } from '../matrix/row.js';

it('the table has each cell once', () => {
  const cells = FRAMES.flatMap((frame) =>
    FORMS.map((form, i) => ({
      policy: 'strict' as const,
      frame,
      form,
      fault: 'none',
      result: (['passed', 'failed', 'not possible'] as const)[i % 3] ?? 'failed',
      frames: 10,
      worst: 0.01,
      note: '',
    })),
  );
  const table = tableOf(cells);
  expect(table).toContain('36 of 1728 cells: 12 passed, 12 failed, 12 not possible (–).');
  expect(table).toContain(`| strict | none | ${FRAMES.map(() => '✓✗–✓✗–').join(' | ')} |`);
});
