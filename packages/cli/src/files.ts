import { statSync } from 'node:fs';
import { type FileFormat, fileFormat } from '@elsewhere/node/internal/inputs';

/** What the command needs of the file system while it parses the command line. */
export interface Files {
  /** What is at a path; devices count as files. `undefined`: nothing. */
  kind(path: string): 'file' | 'directory' | undefined;
  /** What an existing file holds, by its bytes. */
  format(path: string): FileFormat;
}

/** The real file system. */
export const disk: Files = {
  kind(path) {
    try {
      return statSync(path).isDirectory() ? 'directory' : 'file';
    } catch {
      return undefined;
    }
  },
  format: fileFormat,
};
