import { Stage } from '../stage/stage.js';
import { strings } from '../strings/index.js';
import { CallDock, Conversation } from './conversation.js';
import { call } from './state.js';
import { Steps } from './steps.js';

/** Somebody else, seen by way of nobody. */
export function CallTab() {
  const now = call.value;
  const texts = strings.value.call;
  return (
    <>
      {now.status === 'live' ? (
        <section class="stage stage--live" aria-label={texts.conversation}>
          <div class="stage__middle">
            <Conversation received={now.received} presence={now.presence} />
          </div>
          <CallDock />
        </section>
      ) : (
        <Stage />
      )}
      <aside class="panel panel--plain" aria-label={texts.steps}>
        <div class="panel__body">
          <Steps />
        </div>
      </aside>
    </>
  );
}
