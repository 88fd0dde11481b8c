import { toast } from '../state/toasts.js';
import { strings } from '../strings/index.js';

/** Chromium's file system access, which TypeScript's types lack. */
interface FilePicker {
  showSaveFilePicker(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/** Whether the browser has a dialog for saving a file. */
export function canSaveAs(): boolean {
  return 'showSaveFilePicker' in globalThis;
}

/** Asks where to save a file, and saves it there. */
export async function saveAs(blob: Blob, name: string): Promise<void> {
  try {
    const picker = globalThis as unknown as FilePicker;
    const handle = await picker.showSaveFilePicker({ suggestedName: name });
    await blob.stream().pipeTo(await handle.createWritable());
    toast(strings.value.files.saved(handle.name));
  } catch (error) {
    const isCalledOff = error instanceof DOMException && error.name === 'AbortError';
    if (!isCalledOff) toast(strings.value.files.notSaved(name));
  }
}
