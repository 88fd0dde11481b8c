import { createDrawing } from '@elsewhere/presenter/drawing';
import { VirtualBackground } from '@elsewhere/web';
import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { chosenBackground } from '../engine/background.js';
import { PREVIEW_PORT, type PreviewRequest } from '../preview.js';
import { strings } from '../strings/index.js';
import { openedPage, settings } from './state.js';

/** What the preview shows: the tab's call, the user's camera, or a drawn person. */
type Source = keyof typeof strings.popup.previewOf;

const source = signal<Source | undefined>(undefined);

/** A frame of the call, as a `data:` URL. */
const callFrame = signal<string | undefined>(undefined);

/** Enough to see oneself move; each frame is compressed for the way here. */
const CALL_FRAMES_PER_SECOND = 10;

/** A call answers within so many milliseconds. */
const CALL_PATIENCE = 600;

/** What people in the call see, or would see. */
export function Preview() {
  const video = useRef<HTMLVideoElement>(null);
  const page = openedPage.value;
  useEffect(() => {
    if (!page) return;
    const ended = new AbortController();
    void show(page.tab, video.current, ended.signal);
    return () => ended.abort();
  }, [page]);
  const texts = strings.popup;
  return (
    <figure class="preview" aria-label={texts.preview} data-source={source.value}>
      <video ref={video} muted playsInline hidden={source.value === 'call'} />
      {source.value === 'call' && <img src={callFrame.value} alt="" />}
      {source.value && <figcaption>{texts.previewOf[source.value]}</figcaption>}
    </figure>
  );
}

async function show(tab: number, video: HTMLVideoElement | null, signal: AbortSignal): Promise<void> {
  if (await followCall(tab, signal)) return;
  const stream = (await openCamera(signal)) ?? (await openDrawing(signal));
  const [track] = stream.getVideoTracks();
  if (!track || !video || signal.aborted) return;
  const background = await VirtualBackground.create({
    assets: new URL('elsewhere/', document.baseURI),
    background: await chosenBackground(settings.value.background),
    backend: 'cpu',
    signal,
  });
  video.srcObject = new MediaStream([background.process(track)]);
  void video.play().catch(() => {});
  const stop = effect(() => {
    const { background: choice, quality, hidden } = settings.value;
    background.setOptions({ quality });
    if (hidden) background.pause();
    else background.resume();
    // A later choice replaces this one.
    background.setBackground(chosenBackground(choice)).catch(() => {});
  });
  signal.addEventListener('abort', stop);
}

/** Shows the frames of the tab's call, if there is one. */
function followCall(tab: number, signal: AbortSignal): Promise<boolean> {
  const port = chrome.runtime.connect({ name: PREVIEW_PORT });
  signal.addEventListener('abort', () => port.disconnect());
  const ask = () => port.postMessage({ tab } satisfies PreviewRequest);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      port.disconnect();
      resolve(false);
    }, CALL_PATIENCE);
    port.onDisconnect.addListener(() => resolve(false));
    port.onMessage.addListener((frame: string) => {
      clearTimeout(timer);
      source.value = 'call';
      callFrame.value = frame;
      resolve(true);
      setTimeout(ask, 1000 / CALL_FRAMES_PER_SECOND);
    });
    ask();
  });
}

/** Opens the camera, if the user has allowed it on the page that asks. */
async function openCamera(signal: AbortSignal): Promise<MediaStream | undefined> {
  const { state } = await navigator.permissions.query({ name: 'camera' });
  if (state !== 'granted') return undefined;
  const stream = await navigator.mediaDevices.getUserMedia({ video: true }).catch(() => undefined);
  if (!stream) return undefined;
  signal.addEventListener('abort', () => {
    for (const track of stream.getTracks()) track.stop();
  });
  source.value = 'camera';
  return stream;
}

const SIZE = { width: 640, height: 360 } as const;
const FRAMES_PER_SECOND = 15;

async function openDrawing(signal: AbortSignal): Promise<MediaStream> {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, SIZE);
  const context = canvas.getContext('2d');
  const drawing = createDrawing({ ...SIZE, room: 'living' });
  const room = await rasterise(drawing.room());
  const paint = async () => {
    const people = await rasterise(drawing.people(performance.now() / 1000));
    context?.drawImage(room, 0, 0);
    context?.drawImage(people, 0, 0);
  };
  await paint();
  const timer = setInterval(() => void paint(), 1000 / FRAMES_PER_SECOND);
  signal.addEventListener('abort', () => clearInterval(timer));
  source.value = 'drawn';
  return canvas.captureStream(FRAMES_PER_SECOND);
}

async function rasterise(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  image.src = url;
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}
