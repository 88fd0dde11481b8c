import { pickFiles } from '../components/file-picker.js';
import { strings } from '../strings/index.js';
import { choice } from './background.js';
import { addOwnBackground } from './own-backgrounds.js';
import { toast } from './toasts.js';

/** Adds files to the user's backgrounds and shows the last one, unless the user chooses another background meanwhile. */
export async function addFiles(files: Iterable<File>): Promise<void> {
  let before = choice.peek();
  for (const file of files) {
    const own = await addOwnBackground(file);
    if (!own) toast(strings.value.backgrounds.unreadable(file.name));
    else if (choice.peek() === before) {
      before = { kind: 'own', id: own.id };
      choice.value = before;
    }
  }
}

/** Opens the file picker for backgrounds. */
export async function chooseFiles(): Promise<void> {
  await addFiles(await pickFiles('image/*,video/*', true));
}
