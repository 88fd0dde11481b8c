/** Where `elsewhere studio` serves the page, unless another program has this port. */
const USUAL = 'http://127.0.0.1:4747';

/**
 * The usual address, if this page is served on this machine at another one: browsers keep backgrounds and settings for each
 * address separately.
 *
 * @param page - The address of the page.
 */
export function usualAddress({
  hostname,
  origin,
}: Pick<Location, 'hostname' | 'origin'>): string | undefined {
  const isLocal = hostname === '127.0.0.1' || hostname === 'localhost';
  return isLocal && origin !== USUAL ? USUAL : undefined;
}
