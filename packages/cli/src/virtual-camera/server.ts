import { chmodSync, mkdirSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { EngineError } from '@elsewhere/engine';
import type { VirtualCamera } from '@elsewhere/node';
import { codeOf, sentenceOf } from '../exit-codes.js';
import { jsonLine } from '../json.js';
import { type ControlRequest, type ControlResponse, MAX_REQUEST, socketName } from './protocol.js';

/** What a virtual camera is controlled by. */
export type Controlled = Pick<VirtualCamera, 'status' | 'set' | 'pause' | 'resume'>;

/** The socket by which one that runs is controlled; for this user only. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(server: Server, sockets: ReadonlySet<Socket>) {
    this.#server = server;
    this.#sockets = sockets;
  }

  /**
   * Opens the socket. One that a killed process has left is replaced.
   *
   * @param folder - From `socketFolder`; created if it is not there.
   * @param onStop - Called when it is to end.
   * @returns `undefined` if another process that runs has the socket.
   */
  static async open(
    folder: string,
    virtual: Controlled,
    onStop: () => void,
  ): Promise<ControlServer | undefined> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, socketName(virtual.status.output));
    const sockets = new Set<Socket>();
    // A client may close its side after the request.
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      serve(socket, virtual, onStop);
    });
    if (!(await listen(server, path))) {
      if (await answers(path)) return undefined;
      unlinkSync(path);
      if (!(await listen(server, path))) return undefined;
    }
    chmodSync(path, 0o600);
    return new ControlServer(server, sockets);
  }

  /** Closes the socket, whoever is connected. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
  }
}

function listen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error);
    server.once('error', fail);
    // The socket is created before this returns: nobody else can open it in between.
    const mask = process.umask(0o177);
    server.listen(path, () => {
      server.off('error', fail);
      resolve(true);
    });
    process.umask(mask);
  });
}

/** Whether a process listens on a socket. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function serve(socket: Socket, virtual: Controlled, onStop: () => void): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('end', () => {
    if (!text.includes('\n')) socket.destroy();
  });
  socket.on('data', (data: string) => {
    text += data;
    if (text.length > MAX_REQUEST) socket.destroy();
    const end = text.indexOf('\n');
    if (end < 0) return;
    socket.pause();
    void answer(text.slice(0, end), virtual).then(({ response, stops }) => {
      socket.end(jsonLine(response), () => {
        socket.destroy();
        if (stops) onStop();
      });
    });
  });
}

async function answer(
  line: string,
  virtual: Controlled,
): Promise<{ readonly response: ControlResponse; readonly stops?: boolean }> {
  try {
    const request = parse(line);
    switch (request.command) {
      case 'set':
        await virtual.set(request.changes);
        break;
      case 'pause':
        virtual.pause();
        break;
      case 'resume':
        virtual.resume();
        break;
      case 'status':
        break;
      case 'stop':
        return { response: { status: virtual.status }, stops: true };
    }
    return { response: { status: virtual.status } };
  } catch (error) {
    return { response: { error: { code: codeOf(error) ?? 'UNEXPECTED', message: sentenceOf(error) } } };
  }
}

function parse(line: string): ControlRequest {
  let request: Partial<ControlRequest> | null;
  try {
    request = JSON.parse(line);
  } catch (cause) {
    throw new EngineError('OPTION_INVALID', 'The request is not JSON.', { cause });
  }
  const { command } = request ?? {};
  if (command === 'set') {
    const { changes } = request as { readonly changes?: unknown };
    if (typeof changes === 'object' && changes !== null) return { command, changes };
  } else if (command === 'status' || command === 'pause' || command === 'resume' || command === 'stop') {
    return { command };
  }
  throw new EngineError('OPTION_INVALID', 'The request is none that this version knows.');
}
