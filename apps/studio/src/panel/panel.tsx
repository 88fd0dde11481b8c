import { signal } from '@preact/signals';
import { Tabs, tabPanel } from '../components/tabs.js';
import { strings } from '../strings/index.js';
import { Backgrounds } from './backgrounds.js';
import { Details } from './details.js';
import { DeviceSettings } from './devices.js';
import { PictureSettings } from './picture.js';

const VIEWS = {
  background: Backgrounds,
  picture: PictureSettings,
  devices: DeviceSettings,
  details: Details,
};

const view = signal<keyof typeof VIEWS>('background');

/** All settings, beside the picture. */
export function Panel() {
  const { label, background, picture, devices, details } = strings.value.panel;
  const View = VIEWS[view.value];
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
        selected={view.value}
        onSelect={(id) => {
          view.value = id;
        }}
      />
      <div class="panel__body" {...tabPanel('settings', view.value)} tabIndex={-1}>
        <View />
      </div>
    </aside>
  );
}
