import { failure, output } from '../state/engine.js';
import { source } from '../state/source.js';
import { Dock } from './dock.js';
import { NoEngine, NoSource, Waiting, Welcome } from './messages.js';
import { OutputVideo } from './output-video.js';
import { Recorded } from './recorded.js';

/** The output and its actions, or why there is none. */
export function Display() {
  const isLive = output.value !== undefined && !failure.value;
  return (
    <section class={`display${isLive ? ' display--live' : ''}`}>
      <div class="display__middle">{middle()}</div>
      {isLive && <Dock />}
      <Recorded />
    </section>
  );
}

function middle() {
  const now = source.value;
  const error = failure.value;
  if (error) return <NoEngine error={error} />;
  switch (now.status) {
    case 'idle':
      return <Welcome />;
    case 'trouble':
      return <NoSource trouble={now.trouble} />;
    case 'asking':
      return <Waiting isAsking={now.kind === 'camera'} />;
    case 'live':
      return output.value ? <OutputVideo /> : <Waiting isAsking={false} />;
  }
}
