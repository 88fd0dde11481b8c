import { strings } from '../strings/index.js';

/** The pictures of the engine's mosaic are in two rows of three, and take two thirds of its height. */
export const MOSAIC_SHAPE = 3 / 2;

/** What is what in the picture of all steps. */
export function StepNames() {
  return (
    <ol class="step-names">
      {strings.value.stage.steps.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ol>
  );
}
