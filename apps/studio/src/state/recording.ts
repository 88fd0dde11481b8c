import { effect, signal } from '@preact/signals';
import { fileName } from '../recording/download.js';
import { type FormatName, possibleFormats } from '../recording/formats.js';
import { Recorder } from '../recording/recorder.js';
import { strings } from '../strings/index.js';
import { output, statistics } from './engine.js';
import { isMicrophoneOn, startMicrophone } from './microphone.js';
import { heldQuality } from './options.js';
import { oneOf, stored } from './stored.js';
import { toast } from './toasts.js';

/** The state of the recording. */
export type Recording =
  | { readonly status: 'idle' | 'starting' | 'saving' }
  | { readonly status: 'recording' | 'paused'; readonly seconds: number }
  | { readonly status: 'done'; readonly blob: Blob; readonly name: string; readonly seconds: number };

export const recording = signal<Recording>({ status: 'idle' });

export const formats = possibleFormats();

/** The container for recordings. */
export const format = stored<FormatName>('format', formats[0] ?? 'webm', oneOf(['mp4', 'webm']));

/** The interval for updating the time, in milliseconds. */
const TICK = 250;

/** How long the output may take to get back to its full size, in milliseconds. */
const RESIZE_TIMEOUT = 3000;

interface Running {
  readonly recorder: Recorder;
  readonly microphone: MediaStreamTrack | undefined;
  readonly ticking: ReturnType<typeof setInterval>;
  readonly format: FormatName;
}

let running: Running | undefined;

/** Starts recording the output. */
export async function startRecording(): Promise<void> {
  if (!output.value || running || recording.value.status === 'starting') return;
  recording.value = { status: 'starting' };
  const wantsSound = isMicrophoneOn.value;
  const microphone = wantsSound ? await startMicrophone() : undefined;
  if (wantsSound && !microphone) toast(strings.value.recording.noMicrophone);
  await holdSize();
  try {
    // All of this may have changed meanwhile.
    const [video] = output.value?.getVideoTracks() ?? [];
    if (!video) throw new Error('There is no output any more.');
    if (microphone) microphone.enabled = isMicrophoneOn.value;
    const recorder = new Recorder(video, microphone, format.value);
    const ticking = setInterval(() => updateTime(recorder), TICK);
    running = { recorder, microphone, ticking, format: format.value };
    recording.value = { status: 'recording', seconds: 0 };
  } catch {
    microphone?.stop();
    heldQuality.value = undefined;
    recording.value = { status: 'idle' };
    toast(strings.value.recording.impossible);
  }
}

/**
 * Keeps the size of the frames, at their full size, until the recording ends: what Chromium records as H.264 in MP4 shows
 * nothing but blocks after a change of size.
 */
async function holdSize(): Promise<void> {
  const { quality = 'high', reason, scale = 1 } = statistics.value?.adaptation ?? {};
  // Before the second network is there, the quality is not the one that is wanted.
  heldQuality.value = reason === 'loading' ? 'high' : quality;
  if (scale === 1) return;
  let stopWaiting = () => {};
  const isWhole = new Promise<void>((resolve) => {
    stopWaiting = effect(() => {
      if (statistics.value?.adaptation.scale === 1) resolve();
    });
  });
  await Promise.race([isWhole, new Promise((resolve) => setTimeout(resolve, RESIZE_TIMEOUT))]);
  stopWaiting();
}

/** Pauses or resumes. */
export function togglePause(): void {
  const { status } = recording.value;
  if (!running || (status !== 'recording' && status !== 'paused')) return;
  const { recorder } = running;
  if (status === 'recording') recorder.pause();
  else recorder.resume();
  recording.value = { status: status === 'recording' ? 'paused' : 'recording', seconds: recorder.seconds };
}

/** Ends the recording and creates the file. */
export async function stopRecording(): Promise<void> {
  if (!running) return;
  const { recorder, microphone, ticking, format } = running;
  running = undefined;
  clearInterval(ticking);
  recording.value = { status: 'saving' };
  const blob = await recorder.stop();
  heldQuality.value = undefined;
  microphone?.stop();
  recording.value = { status: 'done', blob, name: fileName(format), seconds: recorder.seconds };
}

/** Discards the file, with an option to undo. */
export function discardRecording(): void {
  const discarded = recording.value;
  if (discarded.status !== 'done') return;
  recording.value = { status: 'idle' };
  const { discarded: text, undo } = strings.value.recording;
  toast(text, {
    label: undo,
    run: () => {
      if (recording.value.status === 'idle') recording.value = discarded;
    },
  });
}

function updateTime({ seconds }: Recorder): void {
  const now = recording.value;
  if (now.status === 'recording') recording.value = { ...now, seconds };
}

// Muting takes effect at once, also during a recording.
effect(() => {
  const isOn = isMicrophoneOn.value;
  if (running?.microphone) running.microphone.enabled = isOn;
});

// When the output ends, the recording so far is kept.
effect(() => {
  output.value;
  return () => void stopRecording();
});

// Closing the window asks for confirmation while there is a recording.
effect(() => {
  if (recording.value.status === 'idle') return;
  const ask = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
});
