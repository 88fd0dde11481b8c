import { ElsewhereError } from '@elsewhere/engine';
import type { ErrorCode } from './exit-codes.js';

/** An error that the command itself detects. */
export class CommandError extends ElsewhereError<ErrorCode> {
  override readonly name = 'CommandError';
}

/**
 * An invalid command line.
 *
 * @param sentence - What is wrong, and what to do.
 */
export function usageError(sentence: string): CommandError {
  return new CommandError('USAGE', sentence);
}
