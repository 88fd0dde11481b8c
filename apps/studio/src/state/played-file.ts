import { pickFiles } from '../components/file-picker.js';
import { startFile } from './source.js';

/** Lets somebody choose a video that is played instead of a camera. */
export async function choosePlayedFile(): Promise<void> {
  const [file] = await pickFiles('video/*');
  if (file) await startFile(file);
}
