import { download, fileName } from '../recording/download.js';
import { strings } from '../strings/index.js';
import { outputElement } from './output-element.js';
import { toast } from './toasts.js';

/** Saves the current frame of the output. */
export async function takeSnapshot(): Promise<void> {
  const video = outputElement.value;
  if (!video?.videoWidth) return;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  download(await canvas.convertToBlob({ type: 'image/png' }), fileName('png'));
  toast(strings.value.display.snapshotSaved);
}

export const canFloat = 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;

/** Toggles picture-in-picture. */
export async function toggleFloating(): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await outputElement.value?.requestPictureInPicture();
  } catch {
    toast(strings.value.display.noFloating);
  }
}

/** Opens the clean output window. */
export function openOutput(): void {
  const opened = window.open('./output', 'elsewhere-output', 'popup,width=1280,height=720');
  if (opened) opened.focus();
  else toast(strings.value.display.noWindow);
}
