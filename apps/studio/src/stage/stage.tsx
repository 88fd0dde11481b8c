import { failure, output } from '../state/engine.js';
import { source } from '../state/source.js';
import { Dock } from './dock.js';
import { NoEngine, NoPicture, Waiting, Welcome } from './messages.js';
import { Picture } from './picture.js';
import { Recorded } from './recorded.js';

/** The picture and what can be done with it, or why there is none. */
export function Stage() {
  const isLive = output.value !== undefined && !failure.value;
  return (
    <section class={`stage${isLive ? ' stage--live' : ''}`}>
      <div class="stage__middle">{middle()}</div>
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
      return <NoPicture trouble={now.trouble} />;
    case 'asking':
      return <Waiting isAsking={now.kind === 'camera'} />;
    case 'live':
      return output.value ? <Picture /> : <Waiting isAsking={false} />;
  }
}
