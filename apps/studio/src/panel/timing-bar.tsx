import type { WebStatistics } from '@elsewhere/web';
import { Fragment } from 'preact';
import { strings } from '../strings/index.js';

/** The time of each part of the pipeline, as a bar and in figures. */
export function TimingBar({ milliseconds }: Pick<WebStatistics, 'milliseconds'>) {
  const { timings, milliseconds: format } = strings.value.details;
  const all = Object.entries(milliseconds) as [keyof typeof timings, number][];
  const total = all.reduce((sum, [, each]) => sum + each, 0) || 1;
  return (
    <div class="timings">
      <div class="timings__bar" aria-hidden="true">
        {all.map(([name, each]) => (
          <span
            key={name}
            class={`timings__part timings__part--${name}`}
            style={{ width: `${(100 * each) / total}%` }}
          />
        ))}
      </div>
      <dl class="facts">
        {all.map(([name, each]) => (
          <Fragment key={name}>
            <dt>
              <span class={`timings__dot timings__part--${name}`} aria-hidden="true" />
              {timings[name]}
            </dt>
            <dd>{format(each)}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
