import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory, modelDirectory } from '@elsewhere/node/internal';
import { usageError } from '../errors.js';
import { isOurStudio } from './identity.js';
import { createStudioServer } from './server.js';

/** The port under which browsers keep what belongs to the studio: backgrounds and settings. */
const USUAL_PORT = 4747;

/** How many ports are tried, from the usual one on. */
const ATTEMPTS = 20;

/** The page, being served. */
export interface Served {
  /** Its address. */
  readonly url: string;
  /** Whether another process of this user serves it already. */
  readonly wasRunning: boolean;
  /** The usual address if this is another one, where what is kept there is missing. */
  readonly usualUrl?: string;
  /** Ends it, unless another process serves it. */
  close(): Promise<void>;
}

/** What tests replace. */
export interface ServeOptions {
  /** The port where what users keep is. */
  readonly usualPort?: number;
  /** This user's key, by which a studio that runs already is recognised. */
  readonly keyFile?: string;
}

/**
 * Serves the studio's page to this machine only. A studio of this user that has the port already is used instead.
 *
 * @param port - Where. Default: the usual one, or the next that is free.
 * @throws `USAGE` where another program has that port, or where the page is not there.
 */
export async function serveStudio(port: number | undefined, options: ServeOptions = {}): Promise<Served> {
  const { usualPort = USUAL_PORT, keyFile = join(cacheDirectory(), 'elsewhere', 'studio.key') } = options;
  const server = createStudioServer({ page: pageDirectory(), models: modelDirectory(), keyFile });
  const wanted = port ?? usualPort;
  if (!(await listen(server, wanted))) {
    if (await isOurStudio(keyFile, wanted)) return served(wanted, usualPort);
    if (port !== undefined) {
      throw usageError(
        `Port ${port} is in use: give another one, or leave --port out to get one that is free.`,
      );
    }
    await listenAfter(server, usualPort);
  }
  return served((server.address() as AddressInfo).port, usualPort, server);
}

function served(port: number, usualPort: number, server?: Server): Served {
  return {
    url: urlOf(port),
    wasRunning: server === undefined,
    ...(port !== usualPort && { usualUrl: urlOf(usualPort) }),
    close: () =>
      new Promise((resolve) => {
        if (!server) return resolve();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The address, not `localhost`: there another program may listen for IPv6. */
function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}

function pageDirectory(): string {
  const page = fileURLToPath(import.meta.resolve('@elsewhere/studio/index.html'));
  if (!existsSync(page)) throw usageError('The page is not built yet: run `npm run build` first.');
  return dirname(page);
}

async function listenAfter(server: Server, port: number): Promise<void> {
  for (let next = port + 1; next < port + ATTEMPTS; next++) {
    if (await listen(server, next)) return;
  }
  await listen(server, 0);
}

/** Whether the port could be had. */
function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    };
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      resolve(true);
    });
  });
}
