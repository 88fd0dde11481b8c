import { download, fileName } from '../recording/download.js';
import { strings } from '../strings/index.js';
import { pictureElement } from './picture-element.js';
import { toast } from './toasts.js';

/** Saves the picture as it is now. */
export async function takeSnapshot(): Promise<void> {
  const video = pictureElement.value;
  if (!video?.videoWidth) return;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  download(await canvas.convertToBlob({ type: 'image/png' }), fileName('png'));
  toast(strings.value.stage.snapshotSaved);
}

export const canFloat = 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;

/** Shows the picture in a small window above all others, or takes that away. */
export async function toggleFloating(): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await pictureElement.value?.requestPictureInPicture();
  } catch {
    toast(strings.value.stage.noFloating);
  }
}

/** Opens a window with the picture and nothing else. */
export function openOutput(): void {
  const opened = window.open('./output', 'elsewhere-output', 'popup,width=1280,height=720');
  if (opened) opened.focus();
  else toast(strings.value.stage.noWindow);
}
