import { describe, expect, it } from 'vitest';
import { decode, encode, invitationIn, linkOf } from '../../src/call/description.js';

const sdp = `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n${'a=candidate:1 1 udp 1 192.168.0.7 5000 typ host\r\n'.repeat(20)}`;
const offer = { type: 'offer', sdp } as const;

describe('invitations', () => {
  it('come back as they were, from the code as from the link, and are short', async () => {
    const code = await encode(offer);
    expect(code).toMatch(/^[\w-]+$/);
    expect(code.length).toBeLessThan(sdp.length / 4);
    const link = linkOf(code, 'http://localhost:3000/?x=1#old');
    expect(link).toBe(`http://localhost:3000/?x=1#call=${code}`);
    for (const text of [code, link, `Come: ${link}\n`, ` ${code.slice(0, 20)}\n${code.slice(20)} `]) {
      expect(await decode(text, 'offer')).toEqual(offer);
    }
    expect(invitationIn(new URL(link).hash)).toBe(code);
    expect(invitationIn('#other')).toBeUndefined();
  });

  it('are told from answers, and from what is neither', async () => {
    const code = await encode({ type: 'answer', sdp });
    expect(await decode(code, 'answer')).toEqual({ type: 'answer', sdp });
    expect(await decode(code, 'offer')).toBeUndefined();
    for (const wrong of ['', 'i', 'hello', 'i!!!!', (await encode(offer)).slice(0, -30)]) {
      expect(await decode(wrong, 'offer')).toBeUndefined();
    }
    expect(await decode(await encode({ type: 'offer', sdp: 'no sdp' }), 'offer')).toBeUndefined();
  });
});
