import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modelDirectory } from '@elsewhere/node/internal';
import { usageError } from '../errors.js';
import { createStudioServer } from './server.js';

const USUAL_PORT = 4747;

/** How many ports are tried, from the usual one on. */
const ATTEMPTS = 20;

/** The page, being served. */
export interface Served {
  /** Its address. */
  readonly url: string;
  /** Ends it. */
  close(): Promise<void>;
}

/**
 * Serves the studio's page to this machine only.
 *
 * @param port - Where. Default: the usual one, or the next that is free.
 * @throws `USAGE` where that port is in use, or where the page is not there.
 */
export async function serveStudio(port: number | undefined): Promise<Served> {
  const server = createStudioServer({ page: pageDirectory(), models: modelDirectory() });
  await (port === undefined ? listenNear(server, USUAL_PORT) : listenAt(server, port));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pageDirectory(): string {
  const page = fileURLToPath(import.meta.resolve('@elsewhere/studio/index.html'));
  if (!existsSync(page)) throw usageError('The page is not built yet: run `npm run build` first.');
  return dirname(page);
}

async function listenAt(server: Server, port: number): Promise<void> {
  if (await listen(server, port)) return;
  throw usageError(`Port ${port} is in use: give another one, or leave --port out to get one that is free.`);
}

async function listenNear(server: Server, port: number): Promise<void> {
  for (let next = port; next < port + ATTEMPTS; next++) {
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
