import { EngineError } from '@elsewhere/engine';
import { describe, expect, it } from 'vitest';
import { abortable, receiveError, sendError, WebError } from '../src/errors.js';

/** There and back, as messages go. */
function travel(error: unknown): Error {
  return receiveError(structuredClone(sendError(error)));
}

describe('errors between page and worker', () => {
  it('keep their class, code, sentence and causes', () => {
    const cause = new EngineError('MODEL_CHECKSUM', 'Another file.', { cause: new TypeError('Bad.') });
    const arrived = travel(new WebError('ASSET_MISSING', 'It is not there.', { cause }));
    expect(arrived).toBeInstanceOf(WebError);
    expect(arrived).toMatchObject({ code: 'ASSET_MISSING', message: 'It is not there.' });
    expect(arrived.cause).toBeInstanceOf(EngineError);
    expect(arrived.cause).toMatchObject({ code: 'MODEL_CHECKSUM' });
    expect((arrived.cause as Error).cause).toMatchObject({ name: 'TypeError', message: 'Bad.' });
  });

  it('may be anything that was thrown', () => {
    expect(travel('no')).toMatchObject({ message: 'no' });
    expect(travel(undefined)).toMatchObject({ message: 'undefined' });
  });

  it('end somewhere, also where causes go in a circle', () => {
    const error = new Error('Round and round.');
    error.cause = error;
    expect(travel(error)).toMatchObject({ message: 'Round and round.' });
  });
});

describe('abortable', () => {
  it('is the promise as long as the signal is quiet', async () => {
    const { signal } = new AbortController();
    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('No.')), signal)).rejects.toThrow('No.');
    await expect(abortable(Promise.resolve(1), undefined)).resolves.toBe(1);
  });

  it('rejects at once when it is aborted, with the reason', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort('bored');
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', cause: 'bored' });
    await expect(abortable(new Promise(() => {}), AbortSignal.abort())).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
