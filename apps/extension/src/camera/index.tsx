import { signal } from '@preact/signals';
import { render } from 'preact';
import { language, strings } from '../strings/index.js';

/** Popups cannot ask for the camera: this page does, once. */

type Outcome = 'allowed' | 'denied' | 'missing';

const outcome = signal<Outcome | undefined>(undefined);
const texts = strings.camera;

async function ask(): Promise<void> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true });
    for (const track of stream.getTracks()) track.stop();
    outcome.value = 'allowed';
  } catch (error) {
    const isMissing = error instanceof DOMException && error.name === 'NotFoundError';
    outcome.value = isMissing ? 'missing' : 'denied';
  }
}

function Camera() {
  return (
    <main class="page">
      <h1>{texts.title}</h1>
      <p>{texts.why}</p>
      {outcome.value !== 'allowed' && (
        <button class="button button--main" type="button" onClick={() => void ask()}>
          {texts.allow}
        </button>
      )}
      <p aria-live="polite">{outcome.value && texts[outcome.value]}</p>
    </main>
  );
}

document.documentElement.lang = language;
document.title = texts.title;
render(<Camera />, document.body);
