import { ElsewhereError } from '@elsewhere/engine';
import type { ErrorCode } from './exit-codes.js';

/** An error that the command itself finds, before or beside the engine. Only its code tells it from theirs. */
export class CommandError extends ElsewhereError<ErrorCode> {
  override readonly name = 'CommandError';
}

/**
 * What was typed does not make sense.
 *
 * @param sentence - What is wrong and what would be right.
 */
export function usageError(sentence: string): CommandError {
  return new CommandError('USAGE', sentence);
}
