import { signal } from '@preact/signals';
import { Tabs, tabPanel } from '../components/tabs.js';
import { strings } from '../strings/index.js';
import { Backgrounds } from './backgrounds.js';
import { Details } from './details.js';
import { DeviceSettings } from './devices.js';
import { OutputSettings } from './output-settings.js';

const PANELS = {
  background: Backgrounds,
  picture: OutputSettings,
  devices: DeviceSettings,
  details: Details,
};

const openPanel = signal<keyof typeof PANELS>('background');

/** All settings, next to the output. */
export function Panel() {
  const { label, background, picture, devices, details } = strings.value.panel;
  const Content = PANELS[openPanel.value];
  return (
    <aside class="panel" aria-label={label}>
      <Tabs
        label={label}
        name="settings"
        items={[
          { id: 'background', name: background },
          { id: 'picture', name: picture },
          { id: 'devices', name: devices },
          { id: 'details', name: details },
        ]}
        selected={openPanel.value}
        onSelect={(id) => {
          openPanel.value = id;
        }}
      />
      <div class="panel__body" {...tabPanel('settings', openPanel.value)} tabIndex={-1}>
        <Content />
      </div>
    </aside>
  );
}
