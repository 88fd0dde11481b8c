import { describe, expect, it } from 'vitest';
import { attributeOf, readBackground, readLiveOptions, readSetup } from '../src/attributes.js';
import { VirtualBackgroundElement } from '../src/element.js';
import { LIVE_OPTIONS, type LiveOptions, mergeLiveOptions } from '../src/options.js';
import { OTHER_VALUES } from './support/options.js';

/** An element with some attributes. */
function withAttributes(
  attributes: Readonly<Record<string, string>>,
): Pick<Element, 'getAttribute' | 'hasAttribute'> {
  return {
    getAttribute: (name) => attributes[name] ?? null,
    hasAttribute: (name) => name in attributes,
  };
}

/** A value as an attribute's text. */
function textOf(value: unknown): string {
  if (value === true) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  const { width, height } = value as { width: number; height: number };
  return `${width}x${height}`;
}

describe('the live options', () => {
  it.each(Object.keys(LIVE_OPTIONS) as (keyof LiveOptions)[])('%s has an attribute', (option) => {
    const name = attributeOf(option);
    expect(name).toMatch(/^[a-z-]+$/);
    expect(VirtualBackgroundElement.observedAttributes).toContain(name);
    const value = OTHER_VALUES[option];
    const options = mergeLiveOptions(readLiveOptions(withAttributes({ [name]: textOf(value) })));
    expect(options[option]).toEqual(value);
    const others = { ...options, [option]: LIVE_OPTIONS[option].default };
    expect(others, 'and it changes no other one').toEqual(mergeLiveOptions({}));
  });

  it('have their defaults where there is no attribute, or an empty one', () => {
    expect(mergeLiveOptions(readLiveOptions(withAttributes({})))).toEqual(mergeLiveOptions({}));
    const empty = withAttributes({ zoom: '', quality: '', 'max-size': '' });
    expect(mergeLiveOptions(readLiveOptions(empty))).toEqual(mergeLiveOptions({}));
  });

  it.each([
    ['zoom', 'near'],
    ['zoom', '9'],
    ['quality', 'superb'],
    ['max-size', '1280'],
    ['max-size', '1x1'],
  ])('%s="%s" is refused by name', (name, text) => {
    const option = name.replace('-s', 'S');
    expect(() => mergeLiveOptions(readLiveOptions(withAttributes({ [name]: text })))).toThrow(
      `option ${option} `,
    );
  });
});

it('the other options of create have attributes', () => {
  const setup = {
    assets: '/elsewhere/',
    model: 'deeplab-v3',
    keep: ['person', 'cat'],
    backend: 'cpu',
  } as const;
  const attributes = { ...setup, keep: 'person, cat' };
  expect(readSetup(withAttributes(attributes))).toEqual(setup);
  expect(readSetup(withAttributes({}))).toEqual({});
  for (const name of [...Object.keys(setup), 'camera']) {
    expect(VirtualBackgroundElement.observedAttributes).toContain(name);
  }
});

it.each([
  [{}, { type: 'blur' }],
  [
    { background: 'bokeh', strength: '0.4' },
    { type: 'bokeh', strength: 0.4 },
  ],
  [
    { background: 'image', src: '/beach.jpg', fit: 'contain' },
    { type: 'image', source: '/beach.jpg', fit: 'contain' },
  ],
  [
    { background: 'video', src: '/loop.mp4' },
    { type: 'video', source: '/loop.mp4' },
  ],
  [{ background: 'transparent' }, { type: 'transparent' }],
  [{ background: 'none' }, { type: 'none' }],
  [{ background: '#00b140' }, { type: 'color', color: '#00b140' }],
] as const)('the background of %o', (attributes, background) => {
  expect(readBackground(withAttributes(attributes))).toEqual(background);
});
