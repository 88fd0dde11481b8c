import type { Introduction, Numbers } from './introduction.js';
import { isNearby } from './nearby.js';

/** A description for the browser. */
export interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** The header extensions that are used, by the names of their numbers. */
const EXTENSIONS = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
} as const;

/** The priority of the first candidate: that of a host candidate for RTP. */
const PRIORITY = 2130706431;

/**
 * Reads from the browser's own description what the other side has to know.
 *
 * @param sdp - The description, with all candidates.
 * @throws If the browser has none of the codecs of a call.
 */
export function introductionOf(sdp: string): Introduction {
  const find = (pattern: RegExp) => pattern.exec(sdp)?.[1];
  const [ufrag, password] = [find(/^a=ice-ufrag:(\S+)/m), find(/^a=ice-pwd:(\S+)/m)];
  const fingerprint = find(/^a=fingerprint:sha-256 (\S+)/im);
  const opus = find(/^a=rtpmap:(\d+) opus\/48000\/2/im);
  const vp8 = find(/^a=rtpmap:(\d+) VP8\/90000/im);
  if (!ufrag || !password || !fingerprint || !opus || !vp8)
    throw new Error('This browser describes no call that another one could answer.');
  const extension = (name: keyof typeof EXTENSIONS) =>
    Number(
      find(new RegExp(`^a=extmap:(\\d+)(?:/\\w+)? ${EXTENSIONS[name].replaceAll('.', '\\.')}`, 'm')) ?? 0,
    );
  const found = sdp.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/gim);
  const candidates = new Map<string, { address: string; port: number }>();
  for (const [, address = '', port] of found) {
    // The candidates of the first part serve for all: the others have the same transport.
    if (isNearby(address)) candidates.set(`${address} ${port}`, { address, port: Number(port) });
  }
  return {
    ufrag,
    password,
    fingerprint: fingerprint.toUpperCase(),
    candidates: [...candidates.values()],
    numbers: {
      opus: Number(opus),
      vp8: Number(vp8),
      mid: extension('mid'),
      transportCc: extension('transportCc'),
    },
  };
}

/**
 * Describes the other side to the browser, as our own page describes itself: an audio, a video and a data channel over one
 * transport, with one codec each.
 *
 * @param type - Whether the other side has invited or answered.
 * @param introduction - What it has told of itself, checked.
 * @param numbers - Those of the side that has invited.
 */
export function describe(
  type: Description['type'],
  { ufrag, password, fingerprint, candidates }: Introduction,
  { opus, vp8, mid, transportCc }: Numbers,
): Description {
  const transport = [
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
  ];
  const media = [
    'a=sendrecv',
    'a=rtcp-mux',
    ...(mid ? [`a=extmap:${mid} ${EXTENSIONS.mid}`] : []),
    ...(transportCc ? [`a=extmap:${transportCc} ${EXTENSIONS.transportCc}`] : []),
  ];
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0 1 2',
    `m=audio 9 UDP/TLS/RTP/SAVPF ${opus}`,
    ...transport,
    ...candidates.map(
      ({ address, port }, index) =>
        `a=candidate:${index + 1} 1 udp ${PRIORITY - 256 * index} ${address} ${port} typ host`,
    ),
    'a=mid:0',
    ...media,
    `a=rtpmap:${opus} opus/48000/2`,
    `a=fmtp:${opus} minptime=10;useinbandfec=1`,
    ...(transportCc ? [`a=rtcp-fb:${opus} transport-cc`] : []),
    `m=video 9 UDP/TLS/RTP/SAVPF ${vp8}`,
    ...transport,
    'a=mid:1',
    ...media,
    `a=rtpmap:${vp8} VP8/90000`,
    ...['goog-remb', ...(transportCc ? ['transport-cc'] : []), 'ccm fir', 'nack', 'nack pli'].map(
      (feedback) => `a=rtcp-fb:${vp8} ${feedback}`,
    ),
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    ...transport,
    'a=mid:2',
    'a=sctp-port:5000',
    'a=max-message-size:65536',
  ];
  return { type, sdp: `${lines.join('\r\n')}\r\n` };
}
