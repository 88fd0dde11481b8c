import type { Adaptation } from '@elsewhere/web';
import { useEffect } from 'preact/hooks';
import { Select } from '../components/select.js';
import { Switch } from '../components/switch.js';
import { BACKENDS, backend } from '../state/backend.js';
import { chooseBackend, chooseModel, statistics } from '../state/engine.js';
import { memory, startMeasuringMemory } from '../state/memory.js';
import { model, models } from '../state/model.js';
import { isShowingSteps } from '../state/options.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';
import { RateChart } from './rate-chart.js';
import { TimingBar } from './timing-bar.js';

/** The engine's statistics. */
export function Details() {
  const { details: texts } = strings.value;
  useEffect(startMeasuringMemory, []);
  const now = statistics.value;
  return (
    <>
      <section class="group">
        <h2>{texts.speed}</h2>
        {now ? (
          <>
            <p class="figure">
              <strong>{Math.round(now.framesPerSecond)}</strong> {texts.framesPerSecond}
            </p>
            <RateChart />
            <TimingBar milliseconds={now.milliseconds} />
            <dl class="facts">
              <dt>{texts.latency}</dt>
              <dd>{texts.milliseconds(now.latency)}</dd>
              <dt>{texts.backend}</dt>
              <dd>{texts.backends[now.backend]}</dd>
              <dt>{texts.quality}</dt>
              <dd>{described(now.adaptation)}</dd>
              {now.adaptation.reason !== 'none' && (
                <>
                  <dt>{texts.reason}</dt>
                  <dd>{texts.reasons[now.adaptation.reason]}</dd>
                </>
              )}
              <dt>{texts.dropped}</dt>
              <dd>{now.dropped}</dd>
              <dt>{texts.placeholders}</dt>
              <dd>{now.placeholders}</dd>
              <dt>{texts.strategy}</dt>
              <dd>{texts.strategies[now.strategy]}</dd>
              {memory.value !== undefined && (
                <>
                  <dt>{texts.memory}</dt>
                  <dd>{Math.round(memory.value / 1e6)} MB</dd>
                </>
              )}
            </dl>
          </>
        ) : (
          <p class="note">{texts.nothing}</p>
        )}
      </section>
      <section class="group">
        <h2>{texts.inside}</h2>
        <Switch label={texts.steps} checked={isShowingSteps.value} onChange={setter(isShowingSteps)} />
        <p class="note">{texts.stepsHint}</p>
        {'gpu' in navigator && (
          <Select
            label={texts.backend}
            value={backend.value}
            options={BACKENDS.map((each) => [each, texts.backends[each]])}
            onChange={chooseBackend}
          />
        )}
        {models.value.length > 1 && (
          <Select
            label={texts.model}
            value={model.value}
            options={models.value.map((id) => [id, texts.models[id as keyof typeof texts.models]])}
            onChange={chooseModel}
          />
        )}
      </section>
    </>
  );
}

/** What frames are processed with, and what of it is limited. */
function described({ quality, maxFrameRate, scale }: Adaptation): string {
  const { camera, details } = strings.value;
  const parts = [camera.qualities[quality]];
  if (maxFrameRate !== undefined) parts.push(details.limitedRate(maxFrameRate));
  if (scale < 1) parts.push(details.reducedSize(scale));
  return parts.join(', ');
}
