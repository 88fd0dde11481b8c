import { Panel } from '../panel/panel.js';
import { Stage } from '../stage/stage.js';

/** Oneself in another place, and what can be done with that. */
export function CameraTab() {
  return (
    <>
      <Stage />
      <Panel />
    </>
  );
}
