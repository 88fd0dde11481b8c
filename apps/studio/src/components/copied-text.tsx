import { useSignal } from '@preact/signals';
import { Check, Copy } from 'lucide-preact';
import { useId } from 'preact/hooks';
import { strings } from '../strings/index.js';
import { Button } from './button.js';

interface CopiedTextProps {
  readonly label: string;
  readonly text: string;
}

/** A text that the user takes somewhere else. */
export function CopiedText({ label, text }: CopiedTextProps) {
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
        {isCopied.value ? strings.value.copied : strings.value.copy}
      </Button>
    </div>
  );
}
