import { strings } from '../strings/index.js';

/** The debug views of the engine's mosaic are in two rows of three, and take two thirds of its height. */
export const MOSAIC_SHAPE = 3 / 2;

/** The labels of the debug views. */
export function StepNames() {
  return (
    <ol class="step-names">
      {strings.value.display.steps.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ol>
  );
}
