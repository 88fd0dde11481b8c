/** A name that browsers make up for an address of this machine, and resolve in the local network only. */
const MDNS = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.local$/i;

/** The private and link-local IPv4 networks. */
const IPV4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/;

/** The unique local and link-local IPv6 networks, in the notation of URLs. */
const IPV6 = /^\[f([cd][\da-f]{2}|e[89ab][\da-f]):/;

/** Whether an address can be one of a machine in a local network only. */
export function isNearby(address: string): boolean {
  if (MDNS.test(address)) return true;
  if (/^[\d.]+$/.test(address)) return hostOf(address) === address && IPV4.test(address);
  return /^[\da-f:]+$/i.test(address) && IPV6.test(hostOf(`[${address}]`));
}

/** An address as the browser reads it; empty where it is none. */
function hostOf(address: string): string {
  try {
    return new URL(`http://${address}/`).hostname;
  } catch {
    return '';
  }
}
