import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Button } from '../components/button.js';

interface PastedProps {
  readonly label: string;
  readonly action: string;
  /** The message if the text is not the expected one. */
  readonly problem: string;
  /** Resolves to whether the text was the expected one. */
  readonly onSubmit: (text: string) => Promise<boolean>;
}

/** A field for a text that somebody has sent. */
export function Pasted({ label, action, problem, onSubmit }: PastedProps) {
  const id = useId();
  const text = useSignal('');
  const isWrong = useSignal(false);
  return (
    <form
      class="handed"
      onSubmit={async (event) => {
        event.preventDefault();
        isWrong.value = !(await onSubmit(text.value));
      }}
    >
      <label class="field__label" for={id}>
        {label}
      </label>
      <textarea
        class="code"
        id={id}
        rows={3}
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        aria-invalid={isWrong.value}
        aria-describedby={isWrong.value ? `${id}-problem` : undefined}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          isWrong.value = false;
        }}
      />
      {isWrong.value && (
        <p class="problem" role="alert" id={`${id}-problem`}>
          {problem}
        </p>
      )}
      <Button type="submit" disabled={text.value.trim() === ''}>
        {action}
      </Button>
    </form>
  );
}
