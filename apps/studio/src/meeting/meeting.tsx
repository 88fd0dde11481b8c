import { signal } from '@preact/signals';
import { AppWindow, CircleCheck } from 'lucide-preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../components/button.js';
import { CopiedText } from '../components/copied-text.js';
import { Dialog } from '../components/dialog.js';
import { Select } from '../components/select.js';
import { openOutput } from '../state/actions.js';
import { setter } from '../state/stored.js';
import { strings } from '../strings/index.js';
import { isInstalled } from './installed.js';
import { PICTURES } from './pictures.js';
import { machineOf, type Place, type Way, wayInto } from './ways.js';

const machine = machineOf(navigator.userAgent, navigator.maxTouchPoints);

const place = signal<Place>('browser');

/** What is typed in a terminal, by the step that it belongs to. */
const COMMANDS: Partial<Record<Way, readonly [string, string]>> = {
  'virtual-camera': [
    'sudo modprobe v4l2loopback exclusive_caps=1 card_label=Elsewhere',
    'elsewhere virtual-camera --background blur',
  ],
};

/** How to take Elsewhere into a meeting. */
export function Meeting({ onClose }: { readonly onClose: () => void }) {
  const texts = strings.value.meeting;
  const way = wayInto(place.value, machine);
  return (
    <Dialog title={texts.use} onClose={onClose}>
      <Select
        label={texts.where}
        value={place.value}
        options={[
          ['browser', texts.places.browser],
          ['app', texts.places.app],
        ]}
        onChange={setter(place)}
      />
      {way ? <Steps key={way} way={way} /> : <p class="meeting__none">{texts.none}</p>}
    </Dialog>
  );
}

/** Whether what the shown way needs is there. */
const installed = signal<boolean | undefined>(undefined);

function Steps({ way }: { readonly way: Way }) {
  const texts = strings.value.meeting.ways[way];
  useEffect(() => {
    let isShown = true;
    installed.value = undefined;
    void isInstalled(way).then((found) => {
      if (isShown) installed.value = found;
    });
    return () => {
      isShown = false;
    };
  }, [way]);
  const Pictures = PICTURES[way];
  const commands = COMMANDS[way];
  return (
    <section class="meeting">
      <h3>{texts.title}</h3>
      <p class="meeting__found" role="status">
        {installed.value && (
          <>
            <CircleCheck size={18} aria-hidden="true" />
            {texts.found}
          </>
        )}
      </p>
      <ol class="meeting__steps">
        {texts.steps.map(([title, what], index) => {
          const Picture = Pictures[index];
          const command = commands?.[index];
          return (
            <li key={title}>
              {Picture && <Picture />}
              <div>
                <h4>{title}</h4>
                <p>{what}</p>
                {command && <CopiedText label={strings.value.meeting.terminal} text={command} />}
                {way === 'obs' && index === 0 && (
                  <Button icon={AppWindow} onClick={openOutput}>
                    {strings.value.display.output}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
