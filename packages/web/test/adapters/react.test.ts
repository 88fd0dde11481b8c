import { beforeEach, describe, expect, it, vi } from 'vitest';
import { useVirtualBackground } from '../../src/adapters/react.js';
import { DEFAULT_OPTIONS, type LiveOptions, type VirtualBackgroundOptions } from '../../src/options.js';
import { VirtualBackground } from '../../src/virtual-background.js';
import { OTHER_VALUES } from '../support/options.js';

/** As much of React as the hook needs: states, references and effects of one component. */
const react = vi.hoisted(() => {
  interface Effect {
    readonly run: () => (() => void) | undefined;
    readonly inputs: readonly unknown[] | undefined;
    readonly cleanUp: (() => void) | undefined;
  }
  let slots: unknown[] = [];
  let effects: Effect[] = [];
  let next = 0;
  let isDirty = false;
  const slot = <Value>(initial: () => Value): [number, Value] => {
    const index = next++;
    if (!(index in slots)) slots[index] = initial();
    return [index, slots[index] as Value];
  };
  return {
    useState<Value>(initial: Value) {
      const [index, value] = slot(() => initial);
      const set = (changed: Value) => {
        isDirty ||= !Object.is(slots[index], changed);
        slots[index] = changed;
      };
      return [value, set] as const;
    },
    useRef: <Value>(initial: Value) => slot(() => ({ current: initial }))[1],
    useEffect(run: Effect['run'], inputs?: readonly unknown[]) {
      effects.push({ run, inputs, cleanUp: undefined });
    },
    /** Renders until nothing changes any more; then runs the effects whose inputs have changed. */
    async render<Result>(use: () => Result): Promise<Result> {
      for (;;) {
        const before = effects;
        let result: Result;
        do {
          isDirty = false;
          next = 0;
          effects = [];
          result = use();
        } while (isDirty);
        effects = effects.map((effect, index) => {
          const last = before[index];
          const isSame = last?.inputs?.every((input, i) => Object.is(input, effect.inputs?.[i]));
          if (isSame) return { ...effect, cleanUp: last?.cleanUp };
          last?.cleanUp?.();
          return { ...effect, cleanUp: effect.run() };
        });
        for (let i = 0; i < 20; i++) await Promise.resolve();
        if (!isDirty) return result;
      }
    },
    unmount() {
      for (const { cleanUp } of effects) cleanUp?.();
      slots = [];
      effects = [];
    },
  };
});
vi.mock('react', () => react);

/** Stands in for a `VirtualBackground`. */
class FakeBackground extends EventTarget {
  state = 'starting';
  background: unknown;
  readonly setOptions = vi.fn();
  readonly setBackground = vi.fn(async (background: unknown) => {
    this.background = background;
  });
  readonly process = vi.fn(() => ({ stop: vi.fn() }));
}

let created: { readonly options: VirtualBackgroundOptions; readonly background: FakeBackground }[];
const camera = {} as MediaStreamTrack;

beforeEach(() => {
  react.unmount();
  created = [];
  vi.spyOn(VirtualBackground, 'create').mockImplementation(async (options = {}) => {
    const background = new FakeBackground();
    background.background = options.background;
    created.push({ options, background });
    return background as unknown as VirtualBackground;
  });
});

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const render = (options: VirtualBackgroundOptions) =>
  react.render(() => useVirtualBackground(camera, options));

describe('useVirtualBackground', () => {
  it('applies every live option to the running track', async () => {
    await render({});
    const [{ background } = { background: undefined }] = created;
    for (const [option, value] of Object.entries(OTHER_VALUES) as [keyof LiveOptions, never][]) {
      await render({ [option]: value });
      expect(background?.setOptions, option).toHaveBeenLastCalledWith({
        ...DEFAULT_OPTIONS,
        [option]: value,
      });
    }
    await render({});
    expect(background?.setOptions).toHaveBeenLastCalledWith(DEFAULT_OPTIONS);
    expect(created, 'and restarts for none').toHaveLength(1);
  });

  it('starts with every option', async () => {
    await render({ ...OTHER_VALUES, assets: '/elsewhere/', background: { type: 'none' } });
    expect(created[0]?.options).toMatchObject({
      ...OTHER_VALUES,
      assets: '/elsewhere/',
      background: { type: 'none' },
    });
  });

  it('restarts for what can only be chosen at the start', async () => {
    const changes: VirtualBackgroundOptions[] = [
      {},
      { assets: '/elsewhere/' },
      { model: 'deeplab-v3' },
      { keep: ['cat'] },
      { backend: 'cpu' },
    ];
    for (const [index, options] of changes.entries()) {
      await render(options);
      expect(created).toHaveLength(index + 1);
      expect(created[index]?.options).toMatchObject(options);
      expect(created[index - 1]?.options.signal?.aborted ?? true, 'the one before is disposed of').toBe(true);
    }
  });

  it('changes the background of the running track, and options that are equal change nothing', async () => {
    await render({ background: { type: 'blur', strength: 0.5 } });
    const [{ background } = { background: undefined }] = created;
    await render({ background: { type: 'blur', strength: 0.5 } });
    expect(background?.setBackground).not.toHaveBeenCalled();
    await render({ background: { type: 'color', color: 'red' } });
    expect(background?.setBackground).toHaveBeenCalledTimes(1);
    expect(background?.background).toEqual({ type: 'color', color: 'red' });
    expect(background?.setOptions).toHaveBeenCalledTimes(1);
    expect(created).toHaveLength(1);
  });

  it('asks for the latest background and options before it processes the camera', async () => {
    let finish: () => void = () => {};
    const loaded = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const create = vi.mocked(VirtualBackground.create).getMockImplementation();
    vi.mocked(VirtualBackground.create).mockImplementation(async (options) => {
      await loaded;
      return (await create?.(options)) as VirtualBackground;
    });
    await render({ background: { type: 'none' } });
    await render({ background: { type: 'color', color: 'red' }, mirror: true });
    finish();
    await settle();
    await render({ background: { type: 'color', color: 'red' }, mirror: true });
    const [{ background } = { background: undefined }] = created;
    expect(background?.setBackground.mock.calls).toMatchObject([[{ type: 'color', color: 'red' }, {}]]);
    const [asked = Number.NaN] = background?.setBackground.mock.invocationCallOrder ?? [];
    const [set = Number.NaN] = background?.setOptions.mock.invocationCallOrder ?? [];
    const [processed] = background?.process.mock.invocationCallOrder ?? [];
    expect(Math.max(asked, set)).toBeLessThan(processed ?? Number.NaN);
    await render({ background: { type: 'none' } });
    await render({ background: { type: 'color', color: 'red' } });
    expect(background?.setBackground, 'none, then red again').toHaveBeenCalledTimes(3);
  });

  it('starts again where what could not be had is not asked for any more', async () => {
    const create = vi.mocked(VirtualBackground.create).getMockImplementation();
    vi.mocked(VirtualBackground.create).mockImplementation(async (options) => {
      if (options?.background?.type === 'image') throw new Error('It is missing.');
      return (await create?.(options)) as VirtualBackground;
    });
    const missing = { background: { type: 'image', source: '/missing.png' } } as const;
    expect((await render(missing)).state).toBe('failed');
    const found = await render({ background: { type: 'blur' } });
    expect([created.length, found.error]).toEqual([1, undefined]);
  });
});
