import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { addFiles } from '../state/add-files.js';
import { strings } from '../strings/index.js';

/** Takes pictures and videos that are dropped or pasted anywhere. */
export function DropZone() {
  const isOver = useSignal(false);
  useEffect(() => {
    const over = new AbortController();
    const options = { signal: over.signal };
    addEventListener(
      'dragover',
      (event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        isOver.value = true;
      },
      options,
    );
    addEventListener(
      'dragleave',
      (event) => {
        if (event.relatedTarget === null) isOver.value = false;
      },
      options,
    );
    addEventListener(
      'drop',
      (event) => {
        isOver.value = false;
        if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
        event.preventDefault();
        void addFiles(event.dataTransfer.files);
      },
      options,
    );
    addEventListener(
      'paste',
      (event) => {
        if (event.clipboardData?.files.length) void addFiles(event.clipboardData.files);
      },
      options,
    );
    return () => over.abort();
  }, [isOver]);
  return isOver.value ? <div class="drop">{strings.value.backgrounds.drop}</div> : null;
}
