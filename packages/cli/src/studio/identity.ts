import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Where a studio proves that it is this user's: the challenge is in the query, the proof in a header of the answer. */
export const HELLO = '/elsewhere/hello';

/** The header with the proof. */
export const PROOF = 'x-elsewhere-studio';

/** How long a server may take to answer, in milliseconds; one that is not ours may never answer. */
const PATIENCE = 1000;

/**
 * The proof that a server can read this user's key. It is of no use on another port, where somebody could pass it on.
 *
 * @param keyFile - The key; made if it does not exist.
 * @param port - The port that the server listens on.
 * @param challenge - 64 hexadecimal digits.
 * @returns `undefined` for another challenge.
 */
export async function proofOf(
  keyFile: string,
  port: number,
  challenge: string | undefined,
): Promise<string | undefined> {
  if (!challenge || !/^[\da-f]{64}$/.test(challenge)) return undefined;
  return proof(await readKey(keyFile), port, challenge);
}

/** Whether what listens on a port of this machine is a studio of this user. */
export async function isOurStudio(keyFile: string, port: number): Promise<boolean> {
  try {
    const challenge = randomBytes(32).toString('hex');
    const response = await fetch(`http://127.0.0.1:${port}${HELLO}?${challenge}`, {
      // Another program may answer anything, of any length.
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE),
    });
    const given = Buffer.from(response.headers.get(PROOF) ?? '');
    const expected = Buffer.from(proof(await readKey(keyFile), port, challenge));
    return given.length === expected.length && timingSafeEqual(given, expected);
  } catch {
    return false;
  }
}

function proof(key: Buffer, port: number, challenge: string): string {
  return createHmac('sha256', key).update(`elsewhere studio ${port} ${challenge}`).digest('hex');
}

/** The key of this user, which no other user can read. */
async function readKey(file: string): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true });
  // If it exists already, or cannot be written, reading decides.
  await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => {});
  const key = await readFile(file);
  if (key.length !== 32) throw new Error(`${file} is not a key: delete it.`);
  return key;
}
