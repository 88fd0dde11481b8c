import { Display } from '../display/display.js';
import { strings } from '../strings/index.js';
import { CallDock, Conversation } from './conversation.js';
import { call } from './state.js';
import { Steps } from './steps.js';

/** The tab for calls without a server. */
export function CallTab() {
  const now = call.value;
  const texts = strings.value.call;
  return (
    <>
      {now.status === 'live' ? (
        <section class="display display--live" aria-label={texts.conversation}>
          <div class="display__middle">
            <Conversation received={now.received} presence={now.presence} />
          </div>
          <CallDock />
        </section>
      ) : (
        <Display />
      )}
      <aside class="panel panel--plain" aria-label={texts.steps}>
        <div class="panel__body">
          <Steps />
        </div>
      </aside>
    </>
  );
}
