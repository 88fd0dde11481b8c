import { isNearby } from './nearby.js';

/** Where a side can be reached: a UDP port of its machine in a local network. */
export interface Candidate {
  readonly address: string;
  readonly port: number;
}

/** The numbers that a browser gives its codecs and header extensions; 0 where it has no such extension. */
export interface Numbers {
  readonly opus: number;
  readonly vp8: number;
  readonly mid: number;
  readonly transportCc: number;
}

/**
 * What the sides of a call tell each other: who they are, and where. Everything else of a session description is built locally,
 * so that an invitation can say nothing else.
 */
export interface Introduction {
  /** The ICE credentials. */
  readonly ufrag: string;
  readonly password: string;
  /** The SHA-256 of the certificate, as pairs of hexadecimal digits separated by colons. */
  readonly fingerprint: string;
  readonly candidates: readonly Candidate[];
  readonly numbers: Numbers;
}

/** More addresses than a machine has in its local networks. */
const MAX_CANDIDATES = 16;

/** ICE's own characters. */
const UFRAG = /^[A-Za-z\d+/]{4,64}$/;
const PASSWORD = /^[A-Za-z\d+/]{22,128}$/;
const FINGERPRINT = /^[\dA-F]{2}(:[\dA-F]{2}){31}$/;

/** An introduction as a list, which is shorter than an object. */
export function toList({ ufrag, password, fingerprint, candidates, numbers }: Introduction): unknown {
  const { opus, vp8, mid, transportCc } = numbers;
  return [
    ufrag,
    password,
    fingerprint.replaceAll(':', ''),
    candidates.map(({ address, port }) => [address, port]),
    [opus, vp8, mid, transportCc],
  ];
}

/**
 * Checks what somebody has sent.
 *
 * @param list - Anything.
 * @returns `undefined` if any part of it is not as our own page would send it.
 */
export function fromList(list: unknown): Introduction | undefined {
  if (!Array.isArray(list) || list.length !== 5) return undefined;
  const [ufrag, password, digits, candidates, numbers] = list as readonly unknown[];
  if (![ufrag, password, digits].every((part) => typeof part === 'string')) return undefined;
  if (!Array.isArray(candidates) || candidates.length > MAX_CANDIDATES) return undefined;
  if (!Array.isArray(numbers) || numbers.length !== 4) return undefined;
  const [opus, vp8, mid, transportCc] = numbers.map(Number);
  const introduction = {
    ufrag: String(ufrag),
    password: String(password),
    fingerprint: String(digits).match(/../g)?.join(':') ?? '',
    candidates: candidates.map(toCandidate),
    numbers: { opus: opus ?? NaN, vp8: vp8 ?? NaN, mid: mid ?? NaN, transportCc: transportCc ?? NaN },
  };
  return isValid(introduction) && JSON.stringify(toList(introduction)) === JSON.stringify(list)
    ? introduction
    : undefined;
}

function toCandidate(each: unknown): Candidate {
  const [address, port]: readonly unknown[] = Array.isArray(each) ? each : [];
  return { address: String(address), port: Number(port) };
}

function isValid({ ufrag, password, fingerprint, candidates, numbers }: Introduction): boolean {
  const { opus, vp8, mid, transportCc } = numbers;
  return (
    UFRAG.test(ufrag) &&
    PASSWORD.test(password) &&
    FINGERPRINT.test(fingerprint) &&
    candidates.every(isValidCandidate) &&
    isPayloadType(opus) &&
    isPayloadType(vp8) &&
    opus !== vp8 &&
    isExtension(mid) &&
    isExtension(transportCc) &&
    (mid === 0 || mid !== transportCc)
  );
}

function isValidCandidate({ address, port }: Candidate): boolean {
  return isNearby(address) && Number.isInteger(port) && port > 0 && port < 65536;
}

/** The numbers that RTP leaves to each session. */
function isPayloadType(number: number): boolean {
  return Number.isInteger(number) && ((number >= 35 && number <= 63) || (number >= 96 && number <= 127));
}

function isExtension(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 14;
}
