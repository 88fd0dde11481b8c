import { CLOSE_MODEL, DEFAULT_MODEL, MODEL_CATALOGUE } from '@elsewhere/engine';
import { KEYER_SIZES } from '../support/keyer.js';

// In the catalogue of this worker the keyers take the place of the networks.
for (const [id, [width, height]] of [
  [DEFAULT_MODEL, KEYER_SIZES.landscape],
  [CLOSE_MODEL, KEYER_SIZES.square],
] as const) {
  const model = MODEL_CATALOGUE.find((each) => each.id === id);
  if (model) {
    const { valueRange } = model.input;
    Object.assign(model, { bytes: undefined, sha256: undefined, input: { width, height, valueRange } });
  }
}
