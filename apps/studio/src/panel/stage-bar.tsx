import type { WebStatistics } from '@elsewhere/web';
import { Fragment } from 'preact';
import { strings } from '../strings/index.js';

/** Where the time of a frame goes, as one bar and in figures. */
export function StageBar({ milliseconds }: Pick<WebStatistics, 'milliseconds'>) {
  const { stages, milliseconds: format } = strings.value.details;
  const all = Object.entries(milliseconds) as [keyof typeof stages, number][];
  const total = all.reduce((sum, [, each]) => sum + each, 0) || 1;
  return (
    <div class="stages">
      <div class="stages__bar" aria-hidden="true">
        {all.map(([stage, each]) => (
          <span
            key={stage}
            class={`stages__part stages__part--${stage}`}
            style={{ width: `${(100 * each) / total}%` }}
          />
        ))}
      </div>
      <dl class="facts">
        {all.map(([stage, each]) => (
          <Fragment key={stage}>
            <dt>
              <span class={`stages__dot stages__part--${stage}`} aria-hidden="true" />
              {stages[stage]}
            </dt>
            <dd>{format(each)}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
