import { describe, expect, it } from 'vitest';
import { deserializeError, serializeError } from '../src/error-transfer.js';
import { ElsewhereError, EngineError } from '../src/errors.js';

class MediaError extends ElsewhereError<'DISK_FULL'> {
  override readonly name = 'MediaError';
}

/** Sends an error through a structured clone, as messages between threads do. */
function transfer(error: unknown): Error {
  return deserializeError(structuredClone(serializeError(error)), { MediaError });
}

describe('an error that is sent to another thread', () => {
  it('keeps its class, code, message, stack and causes', () => {
    const cause = new EngineError('MODEL_CHECKSUM', 'Another file.', { cause: new TypeError('Bad.') });
    const error = new MediaError('DISK_FULL', 'No space is left.', { cause });
    const arrived = transfer(error);
    expect(arrived).toBeInstanceOf(MediaError);
    expect(arrived).toMatchObject({
      code: 'DISK_FULL',
      message: 'No space is left.',
      name: 'MediaError',
      stack: error.stack,
    });
    expect(arrived.cause).toBeInstanceOf(EngineError);
    expect(arrived.cause).toMatchObject({ code: 'MODEL_CHECKSUM' });
    expect((arrived.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'Bad.' });
  });

  it('becomes a plain Error when its class is unknown', () => {
    const arrived = deserializeError(serializeError(new MediaError('DISK_FULL', 'Full.')), {});
    expect(arrived).toMatchObject({ name: 'MediaError', message: 'Full.' });
    expect(arrived).not.toBeInstanceOf(ElsewhereError);
  });

  it('may be any thrown value', () => {
    expect(transfer('no')).toMatchObject({ message: 'no' });
    expect(transfer(undefined)).toMatchObject({ message: 'undefined' });
  });

  it('may be its own cause', () => {
    const error = new Error('Round and round.');
    error.cause = error;
    expect(transfer(error)).toMatchObject({ message: 'Round and round.' });
  });
});
