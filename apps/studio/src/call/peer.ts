/** What each side announces besides video and audio. */
export interface Presence {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** Events of a connection. */
export interface PeerEvents {
  readonly onConnected: () => void;
  readonly onPresence: (presence: Presence) => void;
  /** `left`: the other side has hung up; `lost`: the connection failed; `unreachable`: it was never established. */
  readonly onEnd: (why: 'left' | 'lost' | 'unreachable') => void;
}

/** Codecs that all browsers support. One of each keeps an invitation short enough for a QR code. */
const CODECS: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: ['audio/opus'],
  video: ['video/VP8', 'video/rtx'],
};

/** The timeout of ICE gathering, in milliseconds: without servers it completes at once. */
const GATHERING = 2000;

/** A peer connection without any server, using the addresses of this machine in its own networks. */
export class Peer {
  readonly #connection = new RTCPeerConnection();
  readonly #channel: RTCDataChannel;
  readonly #events: PeerEvents;
  #wasConnected = false;
  #isOver = false;
  #presence: Presence = { camera: false, microphone: false };

  constructor(events: PeerEvents) {
    this.#events = events;
    this.#channel = this.#connection.createDataChannel('presence', { negotiated: true, id: 0 });
    this.#channel.addEventListener('open', () => this.#sendPresence());
    this.#channel.addEventListener('message', ({ data }) => {
      const presence = readPresence(data);
      if (presence) events.onPresence(presence);
    });
    // If the connection is up, the other side has closed the channel.
    this.#channel.addEventListener('close', () => this.#end(this.#isConnected ? 'left' : 'lost'));
    this.#connection.addEventListener('connectionstatechange', () => {
      if (this.#isConnected && !this.#wasConnected) {
        this.#wasConnected = true;
        events.onConnected();
      }
      if (this.#connection.connectionState === 'failed')
        this.#end(this.#wasConnected ? 'lost' : 'unreachable');
    });
  }

  /** Video and audio from the other side. */
  get received(): MediaStream {
    return new MediaStream(this.#connection.getTransceivers().map(({ receiver }) => receiver.track));
  }

  /** Starts a connection. Returns the offer for the other side. */
  async offer(): Promise<RTCSessionDescriptionInit> {
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = this.#connection.addTransceiver(kind);
      const { codecs = [] } = RTCRtpReceiver.getCapabilities(kind) ?? {};
      const few = codecs.filter(({ mimeType }) => CODECS[kind].includes(mimeType));
      if (few.length > 0) transceiver.setCodecPreferences(few);
    }
    return this.#describe();
  }

  /** Accepts an offer. Returns the answer for the other side. */
  async answer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    await this.#connection.setRemoteDescription(offer);
    for (const transceiver of this.#connection.getTransceivers()) transceiver.direction = 'sendrecv';
    return this.#describe();
  }

  /** Accepts the answer to an offer. */
  async accept(answer: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(answer);
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
    this.#sendPresence();
  }

  /** Ends the connection; the other side notices at once. */
  close(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  get #isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  #sendPresence(): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(this.#presence));
  }

  #end(why: 'left' | 'lost' | 'unreachable'): void {
    if (this.#isOver) return;
    this.close();
    this.#events.onEnd(why);
  }

  /** The local description with all ICE candidates, because there is no signalling server for later ones. */
  async #describe(): Promise<RTCSessionDescriptionInit> {
    const connection = this.#connection;
    await connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      const check = () => connection.iceGatheringState === 'complete' && resolve();
      connection.addEventListener('icegatheringstatechange', check);
      setTimeout(resolve, GATHERING);
      check();
    });
    if (!connection.localDescription) throw new Error('There is no local description.');
    return connection.localDescription.toJSON();
  }
}

function readPresence(data: unknown): Presence | undefined {
  try {
    const { camera, microphone } = JSON.parse(String(data));
    return { camera: camera === true, microphone: microphone === true };
  } catch {
    return undefined;
  }
}
