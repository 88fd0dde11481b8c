import { X } from 'lucide-preact';
import { dismiss, toasts } from '../state/toasts.js';
import { strings } from '../strings/index.js';
import { Button, IconButton } from './button.js';

/** Short messages at the bottom of the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status">
      {toasts.value.map(({ id, text, action }) => (
        <div class="toast" key={id}>
          <p>{text}</p>
          {action && (
            <Button
              onClick={() => {
                dismiss(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton icon={X} label={strings.value.close} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
