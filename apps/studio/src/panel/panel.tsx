import { signal } from '@preact/signals';
import { Tabs, tabPanel } from '../components/tabs.js';
import { strings } from '../strings/index.js';
import { Backgrounds } from './backgrounds.js';
import { CameraSettings } from './camera.js';
import { Details } from './details.js';
import { PictureSettings } from './picture.js';

const VIEWS = { background: Backgrounds, picture: PictureSettings, camera: CameraSettings, details: Details };

const view = signal<keyof typeof VIEWS>('background');

/** All settings, beside the picture. */
export function Panel() {
  const { label, background, picture, camera, details } = strings.value.panel;
  const View = VIEWS[view.value];
  return (
    <aside class="panel" aria-label={label}>
      <Tabs
        label={label}
        name="settings"
        items={[
          { id: 'background', name: background },
          { id: 'picture', name: picture },
          { id: 'camera', name: camera },
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
