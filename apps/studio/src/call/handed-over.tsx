import { useSignal } from '@preact/signals';
import { Check, Copy } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { Button } from '../components/button.js';
import { strings } from '../strings/index.js';

interface HandedOverProps {
  readonly label: string;
  /** The text for the other side. */
  readonly text: string;
}

/** A text that the user sends to somebody by other means. */
export function HandedOver({ label, text }: HandedOverProps) {
  const texts = strings.value.call;
  const id = useId();
  const isCopied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    isCopied.value = true;
  };
  return (
    <div class="handed">
      <label class="field__label" for={id}>
        {label}
      </label>
      <textarea
        class="code"
        id={id}
        rows={3}
        readOnly
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        kind="primary"
        icon={isCopied.value ? Check : Copy}
        onClick={() => {
          // If this is not allowed, the text can be selected and copied by hand.
          copy().catch(() => document.getElementById(id)?.focus());
        }}
      >
        {isCopied.value ? texts.copied : texts.copy}
      </Button>
    </div>
  );
}

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
