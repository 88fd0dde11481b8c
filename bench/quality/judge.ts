import type { FootageItem, Item, LabelledItem } from './items/item.js';
import { openItem, openLabelled } from './items/open.js';
import { type LabelledShot, type Moment, type Shot, withNeighbours } from './items/shot.js';
import type { Method } from './methods/method.js';
import { OURS } from './methods/registry.js';
import { type CompositeError, compositeError, overGreen, throughVideo } from './metrics/composite.js';
import { boundaryF, type TrueEdge, trueEdge } from './metrics/edge.js';
import { estimateForeground } from './metrics/foreground.js';
import { gradientError, gradientLength } from './metrics/gradient.js';
import { LagMeter, movingPixels, SHIFTS } from './metrics/lag.js';
import { dtSsd, flicker, staticPixels } from './metrics/motion.js';
import { alphaError, intersectionOverUnion } from './metrics/region.js';
import { meanScores, type RowResult, type Scores } from './metrics/scores.js';
import { moment, type Strip, type StripContents, strip } from './report/strip.js';
import { comb } from './steadiness/comb.js';
import { ItemSteadiness } from './steadiness/item.js';

/** Slow metrics, gradient and composite, are computed on every fifth frame of a clip. */
const SLOW_EVERY = 5;

/** The results of an item. */
export interface ItemResult {
  readonly source: string;
  readonly name: string;
  readonly kind: Item['kind'];
  /** Results by the names of rows. */
  readonly rows: Readonly<Record<string, RowResult>>;
  /** Images of our worst frame. */
  readonly worst?: Strip | undefined;
  /** Images of the moment at which each row blinks most. */
  readonly moments: readonly Strip[];
}

/** Ground truth of a frame, computed once for all rows. */
interface Truth {
  readonly edge: TrueEdge;
  readonly gradient: Float32Array | undefined;
  /** The pixels that have not changed since the previous frame. */
  readonly still: Uint8Array | undefined;
  /** The ground truth of frames before and after, and the pixels where it moves, if all of it is known. */
  readonly motion: { readonly truths: readonly Uint8Array[]; readonly moving: Uint32Array } | undefined;
  /** The true composite. */
  readonly composite: Uint8Array | undefined;
}

/** A row that processes an item. */
interface Contender {
  readonly method: Method;
  readonly frames: Scores[];
}

/** A row that is compared with ground truth. */
interface LabelledContender extends Contender {
  readonly lag: LagMeter;
  before: Uint8Array | undefined;
}

/**
 * Runs all methods on an item and scores their mattes.
 *
 * @param methods - Opened here, and disposed of by the caller.
 */
export function judge(item: Item, methods: readonly Method[]): Promise<ItemResult> {
  return item.kind === 'footage' ? judgeFootage(item, methods) : judgeLabelled(item, methods);
}

async function judgeLabelled(item: LabelledItem, methods: readonly Method[]): Promise<ItemResult> {
  const contenders = methods.map(
    (method): LabelledContender => ({ method, lag: new LagMeter(), frames: [], before: undefined }),
  );
  let previous: LabelledShot | undefined;
  let steadiness: ItemSteadiness | undefined;
  let worst: StripContents | undefined;
  const ahead = Math.max(0, -Math.min(...SHIFTS));
  for await (const moment of withNeighbours(openLabelled(item), Math.max(...SHIFTS), ahead)) {
    const { shot } = moment;
    if (!previous) {
      for (const { method } of contenders) await method.open?.({ ...item, size: shot.size });
      if (item.kind !== 'still') steadiness = new ItemSteadiness(shot.size, item.fps);
    }
    const truth = prepare(item, moment, previous);
    const mattes = new Map<string, Uint8Array>();
    for (const contender of contenders) {
      const { method, before } = contender;
      const matte = await method.matte(shot);
      if (!matte) continue;
      mattes.set(method.name, matte);
      const own = item.hasForeground ? await method.composite?.(shot) : undefined;
      const scores = {
        ...scoreMatte(matte, shot, truth),
        ...(before && previous && scoreMotion([before, matte], [previous.truth, shot.truth], truth.still)),
        ...(truth.composite && scoreComposite(matte, own, shot, truth.edge.band, truth.composite)),
      };
      if (truth.motion) contender.lag.add(matte, truth.motion.truths, truth.motion.moving);
      contender.frames.push(scores);
      contender.before = matte;
      if (method.name === OURS && scores.mad > (worst?.mad ?? -1)) {
        const { rgb, size, index } = shot;
        const label = `${item.source}/${item.name}${item.kind === 'still' ? '' : ` frame ${index}`}`;
        worst = {
          label,
          mad: scores.mad,
          band: scores.band,
          size,
          rgb,
          truth: shot.truth,
          matte,
          composite: own,
        };
      }
    }
    steadiness?.add(shot.frame, mattes);
    previous = shot;
  }
  if (!previous) throw new Error('There are no frames.');
  const lags = new Map(contenders.map(({ method, lag: { lag } }) => [method.name, lag]));
  return {
    ...collect(item, contenders, steadiness, (name) => {
      const lag = lags.get(name);
      return lag === undefined ? {} : { lag };
    }),
    worst: worst && strip(worst),
  };
}

async function judgeFootage(item: FootageItem, methods: readonly Method[]): Promise<ItemResult> {
  const contenders = methods.map((method): Contender => ({ method, frames: [] }));
  let steadiness: ItemSteadiness | undefined;
  for await (const shot of openItem(item)) {
    if (!steadiness) {
      for (const { method } of contenders) await method.open?.({ ...item, size: shot.size });
      steadiness = new ItemSteadiness(shot.size, item.fps);
    }
    const mattes = new Map<string, Uint8Array>();
    for (const { method, frames } of contenders) {
      const matte = await method.matte(shot);
      if (!matte) continue;
      mattes.set(method.name, matte);
      frames.push(shot.index % SLOW_EVERY === 0 ? combOf(matte, shot) : {});
    }
    steadiness.add(shot.frame, mattes);
  }
  if (!steadiness) throw new Error('There are no frames.');
  return collect(item, contenders, steadiness, () => ({}));
}

/** The results of all rows that have mattes. */
function collect(
  item: Item,
  contenders: readonly Contender[],
  steadiness: ItemSteadiness | undefined,
  more: (name: string) => Scores,
): ItemResult {
  const steady = steadiness?.results();
  const taken = contenders.filter(({ frames }) => frames.length > 0);
  const rows = taken.map(({ method: { name }, frames }) => [
    name,
    { frames, item: { ...meanScores(frames), ...steady?.get(name), ...more(name) } },
  ]);
  const moments = taken.map(({ method: { name } }) => {
    const found = steadiness?.moment(name);
    return found && moment(`${item.name} frame ${found.index}   ${name}`, found);
  });
  return {
    source: item.source,
    name: item.name,
    kind: item.kind,
    rows: Object.fromEntries(rows),
    moments: moments.filter((each) => each !== undefined),
  };
}

function combOf(matte: Uint8Array, { luma, size }: Shot): Scores {
  const value = comb(matte, luma, size);
  return value === undefined ? {} : { comb: value };
}

function prepare(item: LabelledItem, { shot, truthAgo }: Moment, previous: LabelledShot | undefined): Truth {
  const edge = trueEdge(shot.truth, shot.size);
  const truths = SHIFTS.map(truthAgo).filter((truth) => truth !== undefined);
  const motion = truths.length === SHIFTS.length ? { truths, moving: movingPixels(truths) } : undefined;
  const isSlow = shot.index % SLOW_EVERY === 0;
  return {
    edge,
    gradient: isSlow ? gradientLength(shot.truth, shot.size) : undefined,
    still:
      previous &&
      staticPixels([previous.truth, shot.truth], [previous.luma, shot.luma], edge.surroundings, shot.size),
    motion,
    composite:
      item.hasForeground && isSlow
        ? throughVideo(overGreen(foreground(shot), shot.truth), shot.frame)
        : undefined,
  };
}

function foreground(shot: LabelledShot): Uint8Array {
  return shot.foreground ?? estimateForeground(shot.rgb, shot.truth, shot.size);
}

function scoreMatte(matte: Uint8Array, shot: LabelledShot, { edge, gradient }: Truth) {
  const { truth, size } = shot;
  const { mad = 0, mse = 0 } = alphaError(matte, truth) ?? {};
  const band = alphaError(matte, truth, edge.band)?.mad;
  return {
    iou: intersectionOverUnion(matte, truth),
    mad,
    mse,
    ...(band !== undefined && { band }),
    ...(gradient && {
      gradient: gradientError(gradientLength(matte, size), gradient),
      ...combOf(matte, shot),
    }),
    boundary: boundaryF(matte, edge, size),
  };
}

function scoreMotion(
  mattes: readonly [Uint8Array, Uint8Array],
  truths: readonly [Uint8Array, Uint8Array],
  still: Uint8Array | undefined,
): Scores {
  return { dtssd: dtSsd(mattes, truths), ...(still && { flicker: flicker(mattes, still) }) };
}

function scoreComposite(
  matte: Uint8Array,
  own: Uint8Array | undefined,
  { rgb, frame }: Shot,
  band: Uint8Array,
  truth: Uint8Array,
): Scores {
  const plain = compositeError(throughVideo(overGreen(rgb, matte), frame), truth, band);
  if (!own) return named(plain, 'psnr', 'composite');
  return {
    ...named(compositeError(own, truth, band), 'psnr', 'composite'),
    ...named(plain, 'plainPsnr', 'plainComposite'),
  };
}

function named(
  { psnr, band }: CompositeError,
  psnrName: 'psnr' | 'plainPsnr',
  bandName: 'composite' | 'plainComposite',
): Scores {
  return { [psnrName]: psnr, ...(band !== undefined && { [bandName]: band }) };
}
