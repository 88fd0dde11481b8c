import { computed, effect, signal } from '@preact/signals';
import { output } from '../state/engine.js';
import { isMicrophoneOn, startMicrophone } from '../state/microphone.js';
import { isSeenByOthers } from '../state/options.js';
import { toast } from '../state/toasts.js';
import { strings } from '../strings/index.js';
import { decode, encode, invitationIn, linkOf } from './description.js';
import { Peer, type Presence } from './peer.js';

/** How a call stands. */
export type Call =
  | { readonly status: 'idle' }
  /** The invitation is made; its link is there soon after. */
  | { readonly status: 'inviting'; readonly link?: string }
  /** Somebody else's invitation is answered; the code that they have to get is there soon after. */
  | { readonly status: 'answering'; readonly code?: string }
  | { readonly status: 'connecting' }
  | { readonly status: 'live'; readonly received: MediaStream; readonly presence: Presence }
  | { readonly status: 'over'; readonly why: 'left' | 'lost' | 'unreachable' };

export const call = signal<Call>({ status: 'idle' });

/** Whether the other side sees a picture. */
export const isCameraOn = signal(true);

/** Whether the other side hears something. Another tab that is unmuted does not unmute this one. */
export const isHeard = signal(true);

/** An invitation that came in the page's address. */
export const invitation = signal<string | undefined>(undefined);

const peer = signal<Peer | undefined>(undefined);

/** Takes an invitation out of the page's address, where it would be opened again by a reload. */
export function takeInvitation(): void {
  const found = invitationIn(location.hash);
  if (found === undefined) return;
  invitation.value = found;
  history.replaceState(null, '', location.pathname + location.search);
}

/** Makes an invitation. */
export async function invite(): Promise<void> {
  const made = begin();
  call.value = { status: 'inviting' };
  const code = await encode(await made.offer());
  if (peer.value === made) call.value = { status: 'inviting', link: linkOf(code, location.href) };
}

/**
 * Answers an invitation.
 *
 * @param text - Its link or code.
 * @returns Whether it was one.
 */
export async function answer(text: string): Promise<boolean> {
  const offer = await decode(text, 'offer');
  if (!offer) return false;
  invitation.value = undefined;
  const made = begin();
  call.value = { status: 'answering' };
  try {
    const code = await encode(await made.answer(offer));
    if (peer.value === made) call.value = { status: 'answering', code };
    return true;
  } catch {
    hangUp();
    return false;
  }
}

/**
 * Takes the answer to one's own invitation.
 *
 * @param text - Its code.
 * @returns Whether it was one.
 */
export async function connect(text: string): Promise<boolean> {
  const answer = await decode(text, 'answer');
  const made = peer.value;
  if (!answer || !made) return false;
  try {
    await made.accept(answer);
    // It may have been quicker than this.
    if (call.value.status === 'inviting') call.value = { status: 'connecting' };
    return true;
  } catch {
    return false;
  }
}

/** Ends the call, or what was to become one. */
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
    onPresence: (told) => {
      // It may come before the connection is known to stand.
      presence = told;
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

/** Whether there is a connection that tracks can be put into: before its description is made there is none. */
const isReady = computed(() => {
  const now = call.value;
  switch (now.status) {
    case 'inviting':
      return now.link !== undefined;
    case 'answering':
      return now.code !== undefined;
    default:
      return now.status === 'connecting' || now.status === 'live';
  }
});

// The other side would wait for some 20 seconds otherwise, until its browser gives the connection up.
addEventListener('pagehide', hangUp);

effect(() => {
  isSeenByOthers.value = peer.value !== undefined;
});

// What is sent is what comes out of the engine; the camera's own track is nowhere near.
effect(() => {
  const made = peer.value;
  if (!made || !isReady.value) return;
  const track = output.value?.getVideoTracks()[0]?.clone();
  if (track) track.enabled = isCameraOn.value;
  void made.send('video', track);
  return () => track?.stop();
});

effect(() => {
  const made = peer.value;
  if (!made || !isReady.value || !isHeard.value) return;
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

// They are heard whichever tab of the page is looked at.
effect(() => {
  if (!received.value) return;
  const audio = new Audio();
  audio.srcObject = received.value;
  // Rejects where the call ends before it began.
  audio.play().catch(() => {});
  return () => {
    audio.srcObject = null;
  };
});
