import { VirtualBackground, type WebBackground } from '@elsewhere/web';
import '@elsewhere/web/element';
import type { Rgb } from './inspect.js';
import type { Kept } from './messages.js';
import { cleanUp, type Player, play, type Recording, record, wait } from './tracks.js';

/** What is called, when so many frames have come out since the call before. */
export interface Step {
  readonly after: number;
  readonly call: 'color' | 'none' | 'image' | 'missing' | 'drawn' | 'options' | 'process' | 'dispose';
}

/** Who is called: a `VirtualBackground`, or the element through its attributes. */
export type Face = 'class' | 'element';

/** A call: times are in milliseconds since the epoch. */
export interface Call {
  /** What a frame shows that has it; `undefined` for `process`, `options` and `dispose`. */
  readonly background: number | 'camera' | undefined;
  /** The width of a frame that has it; only of `options`. */
  readonly width: number | undefined;
  readonly at: number;
  /** When it was completed, if it was. */
  completed: number | undefined;
  failed: boolean;
}

/** A frame that came out. */
export interface ShownFrame {
  /** When the camera gave it. */
  readonly sent: number;
  readonly shows: number | 'camera' | 'placeholder';
  readonly width: number;
}

/** What came of a plan. */
export interface Interleaving {
  readonly calls: readonly Call[];
  /** When each track was given out, and its frames. */
  readonly tracks: readonly { readonly at: number; readonly frames: readonly ShownFrame[] }[];
  readonly disposed: number | undefined;
}

/** Backgrounds are known by their colours: none is grey or like the stripes. */
const COLORS: readonly Rgb[] = [0, 255]
  .flatMap((r) => [0, 128, 255].flatMap((g) => [0, 128, 255].map((b): Rgb => [r, g, b])))
  .filter(([r, g, b]) => !(r === g && g === b) && !(r > 100 && b > 100 && g < 100));

const FULL_WIDTH = 160;

/**
 * Makes calls at their times while frames flow, and looks at each frame that comes out.
 *
 * @param face - Who is called.
 * @param steps - The calls.
 */
export async function interleave(face: Face, steps: readonly Step[]): Promise<Interleaving> {
  const begin = now();
  const calls: Call[] = [];
  const tracks: { at: number; player: Player; recording: Recording }[] = [];
  let disposed: number | undefined;
  let count = 0;
  let width = FULL_WIDTH;
  const nextColor = () => {
    const color = COLORS[++count];
    if (!color) throw new RangeError('Too many colours');
    return { number: count, color: `rgb(${color.join(' ')})`, pixels: imageOf(color) };
  };
  const add = (call: Partial<Call>): Call => {
    const whole = {
      background: undefined,
      width: undefined,
      completed: undefined,
      failed: false,
      at: now(),
      ...call,
    };
    calls.push(whole);
    return whole;
  };
  const watch = (track: MediaStreamTrack, player: Player, at = now()) => {
    tracks.push({ at, player, recording: record(track, { keep: 'RGBA' }) });
  };
  const newPlayer = () => play({ url: '/clips/striped-tiny.y4m', start: 1e9 * tracks.length });
  const { ask, setWidth, process, dispose } =
    face === 'class' ? await openClass(watch, newPlayer) : openElement(watch, newPlayer);
  // What the faces begin with.
  add({ background: 'camera', at: begin, completed: begin });
  const comeOut = async (frames: number, timeout: number) => {
    const seen = () => tracks.reduce((sum, { recording }) => sum + recording.kept.length, 0);
    const from = seen();
    const end = performance.now() + timeout;
    while (seen() < from + frames && performance.now() < end) await wait(5);
  };
  for (const { after, call } of steps) {
    // A track that waits for its background shows no frame.
    await comeOut(after, 100 * after);
    switch (call) {
      case 'options':
        width -= 8;
        add({ width });
        setWidth(width);
        break;
      case 'process':
        process();
        break;
      case 'dispose':
        dispose();
        disposed = now();
        break;
      default: {
        const { number, color, pixels } = nextColor();
        const entry = add({ background: call === 'none' ? 'camera' : number });
        ask(call, color, pixels).then(
          () => {
            entry.completed = now();
          },
          () => {
            entry.failed = true;
          },
        );
      }
    }
  }
  await (disposed === undefined ? comeOut(8, 5000) : wait(100));
  const result = tracks.map(({ at, player, recording }) => ({
    at,
    frames: recording.kept.map((frame) => look(frame, player)),
  }));
  dispose();
  for (const { player, recording } of tracks) {
    recording.stop();
    player.end();
  }
  return { calls, tracks: result, disposed };
}

interface Driver {
  ask(call: Step['call'], color: string, pixels: ImageData): Promise<void>;
  setWidth(width: number): void;
  process(): void;
  dispose(): void;
}

type Watch = (track: MediaStreamTrack, player: Player) => void;

async function openClass(watch: Watch, newPlayer: () => Player): Promise<Driver> {
  const background = await VirtualBackground.create({
    assets: '/assets/',
    background: { type: 'none' },
    quality: 'low',
  });
  cleanUp(() => background.dispose());
  return {
    ask: (call, color, pixels) => background.setBackground(backgroundOf(call, color, pixels)),
    setWidth: (width) => background.setOptions({ maxSize: { width, height: width } }),
    process: () => {
      const player = newPlayer();
      watch(background.process(player.track), player);
    },
    dispose: () => background.dispose(),
  };
}

function backgroundOf(
  call: Step['call'],
  color: string,
  pixels: ImageData,
): WebBackground | Promise<WebBackground> {
  switch (call) {
    case 'none':
      return { type: 'none' };
    case 'image':
      return { type: 'image', source: pixels };
    case 'missing':
      return { type: 'image', source: '/nowhere.png' };
    case 'drawn':
      return wait(40).then(() => ({ type: 'color', color }));
    default:
      return { type: 'color', color };
  }
}

/** Its attributes have no completion: a call is completed where its background is seen. */
function openElement(watch: Watch, newPlayer: () => Player): Driver {
  const element = document.createElement('virtual-background');
  cleanUp(() => element.remove());
  element.setAttribute('assets', '/assets/');
  element.setAttribute('quality', 'low');
  element.setAttribute('background', 'none');
  const player = newPlayer();
  element.source = player.track;
  element.addEventListener('trackchange', () => {
    if (element.track) watch(element.track, player);
  });
  document.body.append(element);
  return {
    ask: (call, color) => {
      if (call === 'missing') element.setAttribute('src', '/nowhere.png');
      element.setAttribute('background', call === 'none' ? 'none' : call === 'missing' ? 'image' : color);
      return new Promise(() => {});
    },
    setWidth: (width) => element.setAttribute('max-size', `${width}x${width}`),
    process: () => {},
    dispose: () => element.remove(),
  };
}

function imageOf([r, g, b]: Rgb): ImageData {
  const image = new ImageData(16, 9);
  for (let i = 0; i < image.data.length; i += 4) image.data.set([r, g, b, 255], i);
  return image;
}

/** What the corner of a frame shows, where the person never is. */
function look({ planes, timestamp, width }: Kept, { sent }: Player): ShownFrame {
  const [r = 0, g = 0, b = 0] = planes.subarray(4 * (2 + 2 * width));
  const number = COLORS.findIndex((color) => distance(color, [r, g, b]) < 40);
  const isStriped = r > 150 && b > 150 && g < 80;
  return {
    sent: sent.find((frame) => frame.timestamp === timestamp)?.at ?? Number.NaN,
    shows: isStriped ? 'camera' : number < 0 ? 'placeholder' : number,
    width,
  };
}

function distance(a: Rgb, b: Rgb): number {
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? 0))));
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
