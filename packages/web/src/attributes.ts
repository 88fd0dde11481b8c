import type { BackendChoice, Fit } from '@elsewhere/engine';
import type { OptionDescription } from '@elsewhere/engine/internal';
import {
  LIVE_OPTIONS,
  type LiveOptions,
  type VirtualBackgroundOptions,
  type WebBackground,
} from './options.js';

/** Where the attributes are read: an element. */
export type Attributes = Pick<Element, 'getAttribute' | 'hasAttribute'>;

/** Attributes that can only be applied by starting anew. */
export const SETUP_ATTRIBUTES: readonly string[] = ['camera', 'assets', 'model', 'keep', 'backend'];

/** Attributes that make up the background. */
export const BACKGROUND_ATTRIBUTES: readonly string[] = ['background', 'src', 'fit', 'strength'];

/** The attribute of each live option: its name in kebab case. */
export const LIVE_ATTRIBUTES: readonly string[] = Object.keys(LIVE_OPTIONS).map(attributeOf);

/** The attribute of an option. */
export function attributeOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The live options that attributes ask for.
 *
 * @returns All of them; `undefined` where there is no attribute. Values that are not valid are passed on, so that they are
 * refused with a message that names the option.
 */
export function readLiveOptions(attributes: Attributes): Partial<LiveOptions> {
  const entries = Object.entries(LIVE_OPTIONS).map(([option, description]) => {
    const name = attributeOf(option);
    return [option, parse(description, attributes.getAttribute(name), attributes.hasAttribute(name))];
  });
  return Object.fromEntries(entries) as Partial<LiveOptions>;
}

function parse({ type }: OptionDescription, text: string | null, isPresent: boolean): unknown {
  if (type === 'boolean') return isPresent;
  if (!text) return undefined;
  switch (type) {
    case 'number':
    case 'seconds':
      return Number(text);
    case 'size': {
      const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
      return { width: Number(width), height: Number(height) };
    }
    case 'list':
      return text.split(/\s*,\s*/);
    case 'choice':
    case 'text':
      return text;
  }
}

/** The options of `VirtualBackground.create` that attributes ask for, besides the live ones. */
export function readSetup(
  attributes: Attributes,
): Pick<VirtualBackgroundOptions, 'assets' | 'model' | 'keep' | 'backend'> {
  const read = (name: string) => attributes.getAttribute(name) || undefined;
  const [assets, model, keep, backend] = [read('assets'), read('model'), read('keep'), read('backend')];
  return {
    ...(assets && { assets }),
    ...(model && { model }),
    ...(keep && { keep: keep.split(/\s*,\s*/) }),
    // What is not a backend is refused with a message that names the option.
    ...(backend && { backend: backend as BackendChoice }),
  };
}

/** The background that attributes ask for. */
export function readBackground(attributes: Attributes): WebBackground {
  const type = attributes.getAttribute('background') ?? 'blur';
  const [source, fit, strength] = ['src', 'fit', 'strength'].map((name) => attributes.getAttribute(name));
  switch (type) {
    case 'none':
    case 'transparent':
      return { type };
    case 'blur':
    case 'bokeh':
      return { type, ...(strength && { strength: Number(strength) }) };
    case 'image':
    case 'video':
      // What is not a fit is refused with a message that names it.
      return { type, source: source ?? '', ...(fit && { fit: fit as Fit }) };
    default:
      return { type: 'color', color: type };
  }
}
