import { Display } from '../display/display.js';
import { Panel } from '../panel/panel.js';

/** The tab with the processed camera and its settings. */
export function CameraTab() {
  return (
    <>
      <Display />
      <Panel />
    </>
  );
}
