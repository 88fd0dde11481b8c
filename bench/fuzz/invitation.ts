import { decode, encode } from '../../apps/studio/src/call/code.js';
import { describe } from '../../apps/studio/src/call/description.js';
import type { Introduction } from '../../apps/studio/src/call/introduction.js';
import type { Random } from '../../packages/engine/test/network/support/random-model.js';
import { Fault, USED } from './check.js';
import type { Case } from './kind.js';
import { mutate } from './mutate.js';

const SIDE: Introduction = {
  ufrag: 'a+/Z',
  password: 'abcdefghijklmnopqrstuv+/',
  fingerprint: Array(32).fill('AB').join(':'),
  candidates: [
    { address: '192.168.0.7', port: 50000 },
    { address: '0b7c1a5e-1111-4222-8333-944445555566.local', port: 50001 },
  ],
  numbers: { opus: 111, vp8: 96, mid: 4, transportCc: 3 },
};

/** The lines of a description that depend on the other side, as they may be. */
const LINES: readonly RegExp[] = [
  /^a=ice-ufrag:[A-Za-z\d+/]{4,64}$/,
  /^a=ice-pwd:[A-Za-z\d+/]{22,128}$/,
  /^a=fingerprint:sha-256 [\dA-F]{2}(:[\dA-F]{2}){31}$/,
  /^a=candidate:\d+ 1 udp \d+ ((10|192\.168|169\.254|172\.\d+)[\d.]+|[fF][\da-fA-F:]+|[\da-fA-F-]{36}\.local) \d{1,5} typ host$/i,
  /^m=(audio|video) 9 UDP\/TLS\/RTP\/SAVPF \d{2,3}$/,
  /^a=(rtpmap|fmtp|rtcp-fb|extmap):\d{1,3} \S+/,
];

/** The lines that are always the same. */
const FIXED = new Set(
  describe('offer', SIDE, SIDE.numbers)
    .sdp.split('\r\n')
    .filter((line) => !/\d{2}/.test(line)),
);

/** A damaged invitation: refused, or one that says nothing but what an invitation may say. */
export const invitation: Case = async (random) => {
  const text = textOf(random);
  const offer = decode(text, 'offer');
  if (!offer) return 'no invitation';
  for (const line of describe('offer', offer, offer.numbers).sdp.split('\r\n')) {
    if (!FIXED.has(line) && !LINES.some((allowed) => allowed.test(line)) && !isConstant(line))
      throw new Fault(`${JSON.stringify(line)} from ${text}`);
  }
  return USED;
};

function isConstant(line: string): boolean {
  return ['o=- 1 1 IN IP4 127.0.0.1', 'a=sctp-port:5000', 'a=max-message-size:65536'].includes(line);
}

/** Damages the code, or what is in it. */
function textOf(random: Random): string {
  const code = encode('offer', SIDE);
  if (random.fraction() < 0.3)
    return Buffer.from(mutate(random, Buffer.from(`http://127.0.0.1:4747/#call=${code}`))).toString('latin1');
  const content = atob(code.slice(1).replaceAll('-', '+').replaceAll('_', '/'));
  const lines = Buffer.from('\r\na=ice-lite 8.8.8.8 evil.example [],"1e3 0x7f -1');
  const damaged = mutate(random, Buffer.from(content), [lines, Buffer.from(content)]);
  return `i${Buffer.from(damaged).toString('base64url')}`;
}
