import { expect, it } from 'vitest';
import { machineOf, type Place, wayInto } from '../../src/meeting/ways.js';

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36';
const SAFARI = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15';

it.each<[name: string, userAgent: string, touchPoints: number, ways: Record<Place, string | undefined>]>([
  [
    'Chrome on Linux',
    `Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`,
    0,
    { browser: 'extension', app: 'virtual-camera' },
  ],
  [
    'Firefox on Linux',
    'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0',
    0,
    { browser: 'extension', app: 'virtual-camera' },
  ],
  [
    'Edge on Windows, with a touch screen',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Edg/150.0.0.0`,
    10,
    { browser: 'extension', app: 'obs' },
  ],
  [
    'Safari on a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`,
    0,
    { browser: 'obs', app: 'obs' },
  ],
  [
    'a tablet that says it is a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`,
    5,
    { browser: undefined, app: undefined },
  ],
  ['a phone', `Mozilla/5.0 (Linux; Android 10; K) ${CHROME}`, 5, { browser: undefined, app: undefined }],
  [
    'a Chromebook',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME}`,
    10,
    { browser: 'extension', app: undefined },
  ],
])('the way into a meeting: %s', (_, userAgent, touchPoints, ways) => {
  const machine = machineOf(userAgent, touchPoints);
  expect({ browser: wayInto('browser', machine), app: wayInto('app', machine) }).toEqual(ways);
});
