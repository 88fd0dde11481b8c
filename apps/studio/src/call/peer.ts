import { describe, introductionOf } from './description.js';
import type { Introduction } from './introduction.js';

/** What each side announces besides video and audio. */
export interface Presence {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** Events of a connection. */
export interface PeerEvents {
  /** Both sides have confirmed the call. */
  readonly onConnected: () => void;
  readonly onPresence: (presence: Presence) => void;
  /** `left`: the other side has hung up; `lost`: the connection failed; `unreachable`: it was never established. */
  readonly onEnd: (why: 'left' | 'lost' | 'unreachable') => void;
}

/** Codecs that all browsers support, one of each: the other side's description is built for these. */
const CODECS: Readonly<Record<'audio' | 'video', string>> = { audio: 'audio/opus', video: 'video/VP8' };

/** The longest message of the other side that is read, in characters. */
const MAX_MESSAGE = 1000;

/** The timeout of ICE gathering, in milliseconds: without servers it completes at once. */
const GATHERING = 2000;

/**
 * A peer connection without any server, using the addresses of this machine in its own networks.
 *
 * Whoever makes an invitation can connect to the one who answers it, before they have got the answer. Each side therefore sends
 * the other one's password back, which is in its code only: who has it has been given the code by the user. Until then the call
 * is not connected for the page, which sends nothing.
 */
export class Peer {
  readonly #connection = new RTCPeerConnection();
  readonly #channel: RTCDataChannel;
  readonly #events: PeerEvents;
  /** The passwords of this side and of the other one. */
  #ownPassword: string | undefined;
  #theirPassword: string | undefined;
  #isConfirmed = false;
  #wasConnected = false;
  #isOver = false;
  #presence: Presence = { camera: false, microphone: false };

  constructor(events: PeerEvents) {
    this.#events = events;
    this.#channel = this.#connection.createDataChannel('presence', { negotiated: true, id: 0 });
    this.#channel.addEventListener('open', () => this.#send({ password: this.#theirPassword }));
    this.#channel.addEventListener('message', ({ data }) => this.#receive(data));
    // If the connection is up, the other side has closed the channel.
    this.#channel.addEventListener('close', () => this.#end(this.#isConnected ? 'left' : 'lost'));
    this.#connection.addEventListener('connectionstatechange', () => {
      this.#checkConnected();
      if (this.#connection.connectionState === 'failed')
        this.#end(this.#wasConnected ? 'lost' : 'unreachable');
    });
  }

  /** Video and audio from the other side. */
  get received(): MediaStream {
    return new MediaStream(this.#connection.getTransceivers().map(({ receiver }) => receiver.track));
  }

  /** Starts a connection. Returns what the other side has to know. */
  async offer(): Promise<Introduction> {
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = this.#connection.addTransceiver(kind);
      const { codecs = [] } = RTCRtpReceiver.getCapabilities(kind) ?? {};
      const few = codecs.filter(({ mimeType }) => mimeType === CODECS[kind]);
      if (few.length > 0) transceiver.setCodecPreferences(few);
    }
    return this.#introduce();
  }

  /** Answers somebody's offer. Returns what they have to know. */
  async answer(them: Introduction): Promise<Introduction> {
    this.#theirPassword = them.password;
    await this.#connection.setRemoteDescription(describe('offer', them, them.numbers));
    for (const transceiver of this.#connection.getTransceivers()) transceiver.direction = 'sendrecv';
    return this.#introduce();
  }

  /** Accepts the answer to an offer. */
  async accept(them: Introduction): Promise<void> {
    const { localDescription } = this.#connection;
    if (!localDescription) throw new Error('Nothing was offered.');
    this.#theirPassword = them.password;
    const { numbers } = introductionOf(localDescription.sdp);
    await this.#connection.setRemoteDescription(describe('answer', them, numbers));
  }

  /** Replaces the track that is sent; `undefined` sends nothing. */
  async send(kind: 'audio' | 'video', track: MediaStreamTrack | undefined): Promise<void> {
    const transceiver = this.#connection
      .getTransceivers()
      .find(({ receiver }) => receiver.track.kind === kind);
    if (this.#connection.connectionState !== 'closed') await transceiver?.sender.replaceTrack(track ?? null);
  }

  /** Announces to the other side what is sent. */
  announce(presence: Presence): void {
    this.#presence = presence;
    if (this.#isConfirmed) this.#send(presence);
  }

  /** Ends the connection; the other side notices at once. */
  close(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  get #isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  #checkConnected(): void {
    if (!this.#isConnected || !this.#isConfirmed || this.#wasConnected) return;
    this.#wasConnected = true;
    this.#send(this.#presence);
    this.#events.onConnected();
  }

  #send(message: object): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(message));
  }

  #receive(data: unknown): void {
    const message = read(data);
    if (!message) return;
    if (this.#isConfirmed) {
      const { camera, microphone } = message;
      this.#events.onPresence({ camera: camera === true, microphone: microphone === true });
    } else if (this.#ownPassword && message.password === this.#ownPassword) {
      this.#isConfirmed = true;
      this.#checkConnected();
    }
  }

  #end(why: 'left' | 'lost' | 'unreachable'): void {
    if (this.#isOver) return;
    this.close();
    this.#events.onEnd(why);
  }

  /** Gathers all ICE candidates, because there is no signalling server for later ones. */
  async #introduce(): Promise<Introduction> {
    const connection = this.#connection;
    await connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      const check = () => connection.iceGatheringState === 'complete' && resolve();
      connection.addEventListener('icegatheringstatechange', check);
      setTimeout(resolve, GATHERING);
      check();
    });
    if (!connection.localDescription) throw new Error('There is no local description.');
    const introduction = introductionOf(connection.localDescription.sdp);
    this.#ownPassword = introduction.password;
    return introduction;
  }
}

interface Message extends Partial<Record<keyof Presence | 'password', unknown>> {}

function read(data: unknown): Message | undefined {
  if (typeof data !== 'string' || data.length > MAX_MESSAGE) return undefined;
  try {
    const message: unknown = JSON.parse(data);
    return typeof message === 'object' && message !== null ? { ...message } : undefined;
  } catch {
    return undefined;
  }
}
