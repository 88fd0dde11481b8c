import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { addRecordings } from '../files/jobs.js';
import { addFiles } from '../state/add-files.js';
import { strings } from '../strings/index.js';
import { tab } from './tabs.js';

/** Accepts images and videos that are dropped or pasted anywhere on the page. */
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
        take(event.dataTransfer.files);
      },
      options,
    );
    addEventListener(
      'paste',
      (event) => {
        if (event.clipboardData?.files.length) take(event.clipboardData.files);
      },
      options,
    );
    return () => over.abort();
  }, [isOver]);
  if (!isOver.value) return null;
  const { backgrounds, files } = strings.value;
  return <div class="drop">{tab.value === 'files' ? files.drop : backgrounds.drop}</div>;
}

/** Images become backgrounds. Videos become recordings in the tab for files, and backgrounds elsewhere. */
function take(files: Iterable<File>): void {
  const all = [...files];
  const recordings = tab.value === 'files' ? all.filter(({ type }) => !type.startsWith('image/')) : [];
  addRecordings(recordings);
  void addFiles(all.filter((file) => !recordings.includes(file)));
}
