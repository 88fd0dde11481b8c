import { CameraOff, TriangleAlert, Video } from 'lucide-preact';
import { Button } from '../components/button.js';
import { PrivacyNote } from '../components/privacy-note.js';
import { startEngine } from '../state/engine.js';
import { choosePlayedFile } from '../state/played-file.js';
import { startCamera, startPresenter, type Trouble } from '../state/source.js';
import { strings } from '../strings/index.js';
import { sentenceOf } from '../strings/sentences.js';
import { Backdrop } from './backdrop.js';
import { Message } from './message.js';

/** The first message. */
export function Welcome() {
  const texts = strings.value.welcome;
  return (
    <Message backdrop={<Backdrop />} title={texts.title}>
      <p>{texts.why}</p>
      <div class="actions">
        <Button kind="primary" large icon={Video} onClick={startCamera}>
          {texts.start}
        </Button>
      </div>
      <PrivacyNote>{texts.private}</PrivacyNote>
      <Substitutes />
    </Message>
  );
}

/** Shown while the browser asks for permission and while the engine loads. */
export function Waiting({ isAsking }: { readonly isAsking: boolean }) {
  const { asking, loading, private: promise } = strings.value.welcome;
  return (
    <Message>
      <span class="spinner" aria-hidden="true" />
      <p>{isAsking ? asking : loading}</p>
      {isAsking && <p class="private">{promise}</p>}
    </Message>
  );
}

/** Why there is no source, and what to do. */
export function NoSource({ trouble }: { readonly trouble: Trouble }) {
  const { trouble: troubles, tryAgain } = strings.value;
  const { title, what } = troubles[trouble];
  return (
    <Message icon={CameraOff} title={title}>
      <p>{what}</p>
      <div class="actions">
        <Button kind="primary" onClick={trouble === 'unplayable' ? choosePlayedFile : startCamera}>
          {tryAgain}
        </Button>
      </div>
      <Substitutes />
    </Message>
  );
}

/** Why there is no engine, and what to do. */
export function NoEngine({ error }: { readonly error: Error }) {
  const { errors, tryAgain } = strings.value;
  return (
    <Message icon={TriangleAlert} title={errors.engine}>
      <p>{sentenceOf(error)}</p>
      <div class="actions">
        <Button kind="primary" onClick={startEngine}>
          {tryAgain}
        </Button>
      </div>
    </Message>
  );
}

function Substitutes() {
  const { presenter, file } = strings.value.welcome;
  return (
    <div class="actions">
      <Button kind="quiet" onClick={startPresenter}>
        {presenter}
      </Button>
      <Button kind="quiet" onClick={choosePlayedFile}>
        {file}
      </Button>
    </div>
  );
}
