import type { ReadStream } from 'node:tty';

/** The keys of a terminal. */
export interface Keyboard {
  /**
   * Calls a function for each key from now on, Ctrl-C as `\x03`.
   *
   * @returns Ends that.
   */
  listen(onKey: (key: string) => void): () => void;
}

/** The keyboard of a terminal. */
export function terminalKeyboard(terminal: ReadStream): Keyboard {
  return {
    listen(onKey) {
      const take = (data: Buffer) => {
        for (const key of data.toString()) onKey(key);
      };
      terminal.setRawMode(true);
      terminal.on('data', take);
      terminal.resume();
      return () => {
        terminal.off('data', take);
        terminal.setRawMode(false);
        terminal.pause();
      };
    },
  };
}
