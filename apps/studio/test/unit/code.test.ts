import { describe, expect, it } from 'vitest';
import { decode, encode, invitationIn, linkOf } from '../../src/call/code.js';
import { describe as describeSide, introductionOf } from '../../src/call/description.js';
import type { Introduction } from '../../src/call/introduction.js';
import { isNearby } from '../../src/call/nearby.js';

const digits = Array.from({ length: 32 }, (_, index) => index.toString(16).padStart(2, '0')).join('');
const numbers = { opus: 111, vp8: 96, mid: 4, transportCc: 3 };
const side: Introduction = {
  ufrag: 'a+/Z',
  password: 'abcdefghijklmnopqrstuv+/',
  fingerprint: digits.toUpperCase().match(/../g)?.join(':') ?? '',
  candidates: [
    { address: '192.168.0.7', port: 50000 },
    { address: 'fd00::2', port: 50001 },
    { address: '0b7c1a5e-1111-4222-8333-944445555566.local', port: 50002 },
  ],
  numbers,
};

/** The list that a code contains. */
const list: readonly unknown[] = [
  side.ufrag,
  side.password,
  digits.toUpperCase(),
  side.candidates.map(({ address, port }) => [address, port]),
  [111, 96, 4, 3],
];

/** A code with anything in it. */
function codeOf(content: unknown): string {
  const letters = btoa(typeof content === 'string' ? content : JSON.stringify(content));
  return `i${letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** A code with one part replaced. */
function codeWith(part: number, value: unknown): string {
  return codeOf(list.with(part, value));
}

describe('invitations', () => {
  it('come back as they were, from the code as from the link, and are short', () => {
    const code = encode('offer', side);
    expect(code).toMatch(/^i[\w-]+$/);
    expect(code.length).toBeLessThan(400);
    const link = linkOf(code, 'http://localhost:3000/?x=1#old');
    expect(link).toBe(`http://localhost:3000/?x=1#call=${code}`);
    for (const text of [code, link, `Come: ${link}\n`, ` ${code.slice(0, 20)}\n${code.slice(20)} `]) {
      expect(decode(text, 'offer')).toEqual(side);
    }
    expect(invitationIn(new URL(link).hash)).toBe(code);
    expect(invitationIn('#other')).toBeUndefined();
  });

  it('are told from answers, and from what is neither', () => {
    expect(decode(encode('answer', side), 'answer')).toEqual(side);
    expect(decode(encode('answer', side), 'offer')).toBeUndefined();
    for (const wrong of ['', 'i', 'hello', 'i!!!!', encode('offer', side).slice(0, -30)]) {
      expect(decode(wrong, 'offer')).toBeUndefined();
    }
  });

  it('are read up to a length: nothing in them is compressed', () => {
    expect(decode(`Come: ${linkOf(encode('offer', side), 'http://localhost/')}`, 'offer')).toEqual(side);
    expect(decode(`${' '.repeat(20_000)}${encode('offer', side)}`, 'offer')).toBeUndefined();
    expect(decode(codeOf([...list, 'x'.repeat(1700)]), 'offer')).toBeUndefined();
    expect(decode(`i${'A'.repeat(1_700_000)}`, 'offer')).toBeUndefined();
  });

  const line = '\r\na=ice-lite';
  it.each([
    ['another browser’s whole description', codeOf('v=0\r\no=- 1 1 IN IP4 203.0.113.5\r\na=ice-lite\r\n')],
    ['an object', codeOf({ ufrag: side.ufrag })],
    ['nothing', codeOf(null)],
    ['a part too many', codeOf([...list, 1])],
    ['a part too few', codeOf(list.slice(0, 4))],
    ['a line more in the name', codeWith(0, `abcd${line}`)],
    ['a line more in the password', codeWith(1, side.password + line)],
    ['a line more in the fingerprint', codeWith(2, digits.toUpperCase() + line)],
    ['a line more in an address', codeWith(3, [[`192.168.0.7 1 typ host${line}`, 5]])],
    ['a line more in a port', codeWith(3, [['192.168.0.7', `5${line}`]])],
    ['a line more in a number', codeWith(4, [`111${line}`, 96, 4, 3])],
    ['a short password', codeWith(1, 'short')],
    ['a long password', codeWith(1, 'a'.repeat(300))],
    ['a number as a name', codeWith(0, 1234)],
    ['a list as a name', codeWith(0, ['abcd'])],
    ['a short fingerprint', codeWith(2, digits.slice(2))],
    ['a foreign address', codeWith(3, [['203.0.113.5', 3478]])],
    ['a foreign address among others', codeWith(3, [...(list[3] as unknown[]), ['8.8.8.8', 53]])],
    ['a name of the web', codeWith(3, [['evil.example', 3478]])],
    ['port 0', codeWith(3, [['192.168.0.7', 0]])],
    ['port 65536', codeWith(3, [['192.168.0.7', 65536]])],
    ['a text as a port', codeWith(3, [['192.168.0.7', '5000']])],
    ['an address of three parts', codeWith(3, [['192.168.0.7', 5000, 'relay']])],
    ['many addresses', codeWith(3, Array(17).fill(['192.168.0.7', 5000]))],
    ['one number for two codecs', codeWith(4, [96, 96, 4, 3])],
    ['a number of another protocol', codeWith(4, [72, 96, 4, 3])],
    ['a fraction', codeWith(4, [111, 96.5, 4, 3])],
    ['an extension out of range', codeWith(4, [111, 96, 15, 3])],
    ['a number too few', codeWith(4, [111, 96, 4])],
  ])('with %s are refused', (_, code) => {
    expect(decode(code, 'offer')).toBeUndefined();
  });
});

describe('an address', () => {
  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.2',
    '169.254.3.4',
    'fd00::2',
    'fc12:3456::1',
    'fe80::fc:ff:fe00:1',
    'FE80::1',
    '0b7c1a5e-1111-4222-8333-944445555566.local',
  ])('%s is of a local network', (address) => expect(isNearby(address)).toBe(true));

  it.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.2.2',
    '100.64.0.1',
    '127.0.0.1',
    '0.0.0.0',
    '224.0.0.251',
    '255.255.255.255',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1.evil.example',
    '010.0.0.1',
    '0x0a.0.0.1',
    '2001:db8::1',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:0808:0808',
    'fec0::1',
    'fe80::1%eth0',
    'ff02::1',
    'fd00:::2',
    'printer.local',
    'evil.example',
    '0b7c1a5e-1111-4222-8333-944445555566.local.evil.example',
    '10.0.0.1 1 typ host',
    '',
  ])('%s is not', (address) => expect(isNearby(address)).toBe(false));
});

describe('a description', () => {
  it('has nothing of the other side but what it introduces itself with', () => {
    const { sdp } = describeSide('offer', side, numbers);
    expect(introductionOf(sdp)).toEqual(side);
    expect(sdp).not.toMatch(/ice-lite|a=crypto|a=rtcp:|srflx|relay/);
    expect(sdp.match(/^m=/gm)).toHaveLength(3);
    expect(sdp.match(/^a=setup:actpass/gm)).toHaveLength(3);
    expect(describeSide('answer', side, numbers).sdp.match(/^a=setup:active/gm)).toHaveLength(3);
  });

  it('of this browser gives away no address outside its local networks', () => {
    const sdp = describeSide('offer', side, numbers).sdp.replace(
      /^a=candidate/m,
      'a=candidate:9 1 udp 1 203.0.113.5 9 typ host\r\na=candidate:8 1 udp 1 10.0.0.1 9 typ srflx\r\na=candidate',
    );
    expect(introductionOf(sdp)).toEqual(side);
  });

  it('of a browser without a codec of calls is none', () => {
    const { sdp } = describeSide('offer', side, numbers);
    expect(() => introductionOf(sdp.replace('VP8', 'H264'))).toThrow();
  });
});
