import { EngineError } from '@elsewhere/engine';
import { serializeError } from '@elsewhere/engine/internal';
import { describe, expect, it } from 'vitest';
import { abortable, receiveError, WebError } from '../src/errors.js';

it('errors of a worker keep their class and code', () => {
  const cause = new EngineError('MODEL_CHECKSUM', 'Another file.');
  const arrived = receiveError(
    structuredClone(serializeError(new WebError('ASSET_MISSING', 'It is missing.', { cause }))),
  );
  expect(arrived).toBeInstanceOf(WebError);
  expect(arrived).toMatchObject({ code: 'ASSET_MISSING', message: 'It is missing.' });
  expect(arrived.cause).toBeInstanceOf(EngineError);
  expect(arrived.cause).toMatchObject({ code: 'MODEL_CHECKSUM' });
});

describe('abortable', () => {
  it('is the promise as long as the signal is not aborted', async () => {
    const { signal } = new AbortController();
    await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(abortable(Promise.reject(new Error('No.')), signal)).rejects.toThrow('No.');
    await expect(abortable(Promise.resolve(1), undefined)).resolves.toBe(1);
  });

  it('rejects with the reason as soon as the signal is aborted', async () => {
    const controller = new AbortController();
    const waiting = abortable(new Promise(() => {}), controller.signal);
    controller.abort('bored');
    await expect(waiting).rejects.toBe('bored');
    await expect(abortable(new Promise(() => {}), AbortSignal.abort())).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});
