import { computed, effect, signal } from '@preact/signals';
import { output } from '../state/engine.js';
import { isMicrophoneOn, startMicrophone } from '../state/microphone.js';
import { isSeenByOthers } from '../state/options.js';
import { toast } from '../state/toasts.js';
import { strings } from '../strings/index.js';
import { decode, encode, invitationIn, linkOf } from './code.js';
import { Peer, type Presence } from './peer.js';

/** The state of the call. */
export type Call =
  | { readonly status: 'idle' }
  /** An invitation is being created; its link follows. */
  | { readonly status: 'inviting'; readonly link?: string }
  /** An invitation is being answered; the code for the other side follows. */
  | { readonly status: 'answering'; readonly code?: string }
  | { readonly status: 'connecting' }
  | { readonly status: 'live'; readonly received: MediaStream; readonly presence: Presence }
  | { readonly status: 'over'; readonly why: 'left' | 'lost' | 'unreachable' };

export const call = signal<Call>({ status: 'idle' });

/** Whether video is sent. */
export const isCameraOn = signal(true);

/** Whether audio is sent. Unmuting another tab does not unmute this one. */
export const isHeard = signal(true);

/** The invitation from the page's URL. */
export const invitation = signal<string | undefined>(undefined);

const peer = signal<Peer | undefined>(undefined);

/** Moves an invitation out of the page's URL, where a reload would open it again. */
export function takeInvitation(): void {
  const found = invitationIn(location.hash);
  if (found === undefined) return;
  invitation.value = found;
  history.replaceState(null, '', location.pathname + location.search);
}

/** Creates an invitation. */
export async function invite(): Promise<void> {
  const made = begin();
  call.value = { status: 'inviting' };
  const code = encode('offer', await made.offer());
  if (peer.value === made) call.value = { status: 'inviting', link: linkOf(code, location.href) };
}

/**
 * Answers an invitation.
 *
 * @param text - The link or the code.
 * @returns Whether the text is an invitation.
 */
export async function answer(text: string): Promise<boolean> {
  const offer = decode(text, 'offer');
  if (!offer) return false;
  invitation.value = undefined;
  const made = begin();
  call.value = { status: 'answering' };
  try {
    const code = encode('answer', await made.answer(offer));
    if (peer.value === made) call.value = { status: 'answering', code };
    return true;
  } catch {
    hangUp();
    return false;
  }
}

/**
 * Accepts the answer to the user's invitation.
 *
 * @param text - The code.
 * @returns Whether the text is its answer.
 */
export async function connect(text: string): Promise<boolean> {
  const answer = decode(text, 'answer');
  const made = peer.value;
  if (!answer || !made) return false;
  try {
    await made.accept(answer);
    // The connection may be up already.
    if (call.value.status === 'inviting') call.value = { status: 'connecting' };
    return true;
  } catch {
    return false;
  }
}

/** Ends the call, or the attempt to start one. */
export function hangUp(): void {
  peer.value?.close();
  peer.value = undefined;
  call.value = { status: 'idle' };
}

function begin(): Peer {
  hangUp();
  let presence: Presence = { camera: true, microphone: true };
  const made = new Peer({
    onConnected: () => {
      call.value = {
        status: 'live',
        received: made.received,
        presence,
      };
    },
    onPresence: (announced) => {
      // The announcement may arrive before the connection's own event.
      presence = announced;
      if (call.value.status === 'live') call.value = { ...call.value, presence };
    },
    onEnd: (why) => {
      peer.value = undefined;
      call.value = { status: 'over', why };
    },
  });
  isCameraOn.value = true;
  isHeard.value = isMicrophoneOn.peek();
  peer.value = made;
  return made;
}

/** Whether both sides have confirmed the call: nothing is sent before, and the microphone is not opened. */
const isLive = computed(() => call.value.status === 'live');

// Otherwise the other side would wait for about 20 seconds until its browser detects that the connection is lost.
addEventListener('pagehide', hangUp);

effect(() => {
  isSeenByOthers.value = peer.value !== undefined;
});

// Only the output of the engine is sent, never the camera's track.
effect(() => {
  const made = peer.value;
  if (!made || !isLive.value) return;
  const track = output.value?.getVideoTracks()[0]?.clone();
  if (track) track.enabled = isCameraOn.value;
  void made.send('video', track);
  return () => track?.stop();
});

effect(() => {
  const made = peer.value;
  if (!made || !isLive.value || !isHeard.value) return;
  let track: MediaStreamTrack | undefined;
  let isOver = false;
  void startMicrophone().then((opened) => {
    track = opened;
    if (isOver) track?.stop();
    else if (track) void made.send('audio', track);
    else toast(strings.value.recording.noMicrophone);
  });
  return () => {
    isOver = true;
    track?.stop();
    void made.send('audio', undefined);
  };
});

effect(() => {
  peer.value?.announce({
    camera: isCameraOn.value && output.value !== undefined,
    microphone: isHeard.value,
  });
});

const received = computed(() => (call.value.status === 'live' ? call.value.received : undefined));

// The audio plays whichever tab of the page is open.
effect(() => {
  if (!received.value) return;
  const audio = new Audio();
  audio.srcObject = received.value;
  // Rejects if the call ends before playback starts.
  audio.play().catch(() => {});
  return () => {
    audio.srcObject = null;
  };
});
