/** What the two tell each other besides picture and sound. */
export interface Presence {
  readonly camera: boolean;
  readonly microphone: boolean;
}

/** What happens to a connection. */
export interface PeerEvents {
  readonly onConnected: () => void;
  readonly onPresence: (presence: Presence) => void;
  /** `left`: they have hung up; `lost`: it broke; `unreachable`: it never came about. */
  readonly onEnd: (why: 'left' | 'lost' | 'unreachable') => void;
}

/** All browsers have these. One of each keeps an invitation short enough for a QR code. */
const CODECS: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: ['audio/opus'],
  video: ['video/VP8', 'video/rtx'],
};

/** How long addresses are looked for, in milliseconds: without servers they are there at once. */
const GATHERING = 2000;

/** A connection to somebody, without any server: with the addresses that this machine has in its own networks. */
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
    this.#channel.addEventListener('open', () => this.#tell());
    this.#channel.addEventListener('message', ({ data }) => {
      const presence = readPresence(data);
      if (presence) events.onPresence(presence);
    });
    // It is closed by the other side while the connection stands.
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

  /** What comes from the other side. */
  get received(): MediaStream {
    return new MediaStream(this.#connection.getTransceivers().map(({ receiver }) => receiver.track));
  }

  /** Begins a connection: what the other side has to get. */
  async offer(): Promise<RTCSessionDescriptionInit> {
    for (const kind of ['audio', 'video'] as const) {
      const transceiver = this.#connection.addTransceiver(kind);
      const { codecs = [] } = RTCRtpReceiver.getCapabilities(kind) ?? {};
      const few = codecs.filter(({ mimeType }) => CODECS[kind].includes(mimeType));
      if (few.length > 0) transceiver.setCodecPreferences(few);
    }
    return this.#describe();
  }

  /** Takes an offer: what the one who made it has to get. */
  async answer(offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> {
    await this.#connection.setRemoteDescription(offer);
    for (const transceiver of this.#connection.getTransceivers()) transceiver.direction = 'sendrecv';
    return this.#describe();
  }

  /** Takes the answer to an offer. */
  async accept(answer: RTCSessionDescriptionInit): Promise<void> {
    await this.#connection.setRemoteDescription(answer);
  }

  /** Sends a track instead of the one before; `undefined` sends nothing. */
  async send(kind: 'audio' | 'video', track: MediaStreamTrack | undefined): Promise<void> {
    const transceiver = this.#connection
      .getTransceivers()
      .find(({ receiver }) => receiver.track.kind === kind);
    if (this.#connection.connectionState !== 'closed') await transceiver?.sender.replaceTrack(track ?? null);
  }

  /** Tells the other side what it is to expect. */
  announce(presence: Presence): void {
    this.#presence = presence;
    this.#tell();
  }

  /** Ends it; the other side sees that at once. */
  close(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  get #isConnected(): boolean {
    return this.#connection.connectionState === 'connected';
  }

  #tell(): void {
    if (this.#channel.readyState === 'open') this.#channel.send(JSON.stringify(this.#presence));
  }

  #end(why: 'left' | 'lost' | 'unreachable'): void {
    if (this.#isOver) return;
    this.close();
    this.#events.onEnd(why);
  }

  /** Its own description, with all addresses in it: there is nobody who would hand on later ones. */
  async #describe(): Promise<RTCSessionDescriptionInit> {
    const connection = this.#connection;
    await connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      const look = () => connection.iceGatheringState === 'complete' && resolve();
      connection.addEventListener('icegatheringstatechange', look);
      setTimeout(resolve, GATHERING);
      look();
    });
    if (!connection.localDescription) throw new Error('There is no description.');
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
