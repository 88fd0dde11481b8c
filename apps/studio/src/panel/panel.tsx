import { signal } from '@preact/signals';
import { Image, SlidersHorizontal, Video } from 'lucide-preact';
import { Tabs, tabPanel } from '../components/tabs.js';
import { strings } from '../strings/index.js';
import { Backgrounds } from './backgrounds.js';
import { CameraSettings } from './camera.js';
import { PictureSettings } from './picture.js';

const VIEWS = { background: Backgrounds, picture: PictureSettings, camera: CameraSettings };

const view = signal<keyof typeof VIEWS>('background');

/** All settings, beside the picture. */
export function Panel() {
  const { label, background, picture, camera } = strings.value.panel;
  const View = VIEWS[view.value];
  return (
    <aside class="panel" aria-label={label}>
      <Tabs
        label={label}
        name="settings"
        items={[
          { id: 'background', name: background, icon: Image },
          { id: 'picture', name: picture, icon: SlidersHorizontal },
          { id: 'camera', name: camera, icon: Video },
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
