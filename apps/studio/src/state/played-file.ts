import { pickFiles } from '../components/file-picker.js';
import { startFile } from './source.js';

/** Opens the file picker for a video to play instead of a camera. */
export async function choosePlayedFile(): Promise<void> {
  const [file] = await pickFiles('video/*');
  if (file) await startFile(file);
}
