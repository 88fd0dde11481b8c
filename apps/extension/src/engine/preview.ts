import { PREVIEW_PORT, PREVIEW_SIZE, type PreviewRequest } from '../preview.js';
import type { EngineHost } from './host.js';

/** Shows the popup what the call of its tab shows. Messages between pages of an extension are text, so frames are JPEG. */
export function sharePreview(host: EngineHost): void {
  chrome.runtime.onConnect.addListener((port) => {
    if (port.name !== PREVIEW_PORT) return;
    let isOpen = true;
    port.onDisconnect.addListener(() => {
      isOpen = false;
    });
    port.onMessage.addListener(async ({ tab }: PreviewRequest) => {
      const own = await chrome.tabs.getCurrent();
      if (own?.id !== tab) return;
      const frame = await host.preview();
      const image = await toJpeg(frame);
      if (isOpen) port.postMessage(image);
    });
  });
}

async function toJpeg(frame: VideoFrame): Promise<string> {
  const { displayWidth, displayHeight } = frame;
  const width = PREVIEW_SIZE;
  const height = Math.round((width * displayHeight) / displayWidth);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.drawImage(frame, 0, 0, width, height);
  frame.close();
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsDataURL(blob);
  });
}
