/** When a packet of a recording is decoded and shown, in seconds of the recording's own clock. */
export interface Stamp {
  /** Index of its stream. */
  readonly stream: number;
  /** `undefined` where the recording does not state it. */
  readonly decode: number | undefined;
  readonly show: number | undefined;
  /** For how long it is shown; 0 where that is not known. */
  readonly duration: number;
}

/** What is known about the timestamps of one stream. */
export interface StreamClock {
  /** Whether its timestamps show where the clock jumps: those of sound and picture do, all others follow. */
  readonly leads: boolean;
  /** By how many seconds its timestamps may go back from packet to packet, because frames are stored in another order. */
  readonly reorder: number;
  /** The seconds after which its timestamps start again at 0; infinite if they never do. */
  readonly wrap: number;
}

/** A place where the recording's clock jumps. */
export interface Jump {
  /** On the time line, in seconds. */
  readonly at: number;
  /** How far the clock jumps, in seconds. */
  readonly by: number;
}

/** A part of the recording whose timestamps belong to one run of its clock. */
interface Era {
  /** What is added to its timestamps. */
  readonly offset: number;
  /** Its last timestamp so far. */
  end: number;
}

interface StreamState {
  readonly clock: StreamClock;
  seen: boolean;
  /** Index of the era that its last packet belongs to. */
  era: number;
  /** When its last packet is decoded, on the time line. */
  last: number;
  /** When its next packet is expected. */
  next: number;
  /** When its last frame ends. */
  end: number;
}

/** The packets that follow the current one, in the order of the recording: `undefined` after the last. */
export type LookAhead = (index: number) => Stamp | undefined;

/** How far a clock may go ahead, in seconds: FFmpeg's `dts_delta_threshold`. */
const AHEAD = 10;

/** The same where timestamps never restart and nothing contradicts a pause: FFmpeg's `dts_error_threshold`. */
const AHEAD_ALONE = 30 * 3600;

/** How far a clock may go back, in seconds; as in FFmpeg. */
const BACK = 0.1;

/** An earlier era is resumed only by a packet that continues it this closely, in seconds. */
const RESUME = 0.1;

/** How much of a new era is looked at to find where its streams start: in seconds and in packets. */
const LOOK_AHEAD = 2;
const MAX_LOOK_AHEAD = 4000;

/**
 * The clock of a recording: puts the packets of all its streams on one time line. Where the timestamps jump (recordings were joined,
 * an encoder restarted, a counter has wrapped), everything after the jump gets one offset, so that each stream goes on where it ended
 * and sound and picture stay together.
 */
export class RecordingClock {
  /** The jumps so far. A counter that wraps is none. */
  readonly jumps: Jump[] = [];
  readonly #eras: Era[] = [{ offset: 0, end: Number.NEGATIVE_INFINITY }];
  readonly #streams: readonly StreamState[];
  readonly #restarts: boolean;
  /** Where the latest era began on the time line. */
  #begun = Number.NEGATIVE_INFINITY;

  /**
   * @param streams - By the indices of the streams.
   * @param restarts - Whether timestamps of this kind of recording restart as a rule, as in broadcasts.
   */
  constructor(streams: readonly StreamClock[], restarts: boolean) {
    const never = Number.NEGATIVE_INFINITY;
    this.#streams = streams.map((clock) => ({
      clock,
      seen: false,
      era: 0,
      last: never,
      next: never,
      end: never,
    }));
    this.#restarts = restarts;
  }

  /**
   * Places the next packet of the recording.
   *
   * @param ahead - The packets after it. Called only where the clock jumps.
   * @returns The seconds to add to its timestamps.
   */
  place(stamp: Stamp, ahead: LookAhead = () => undefined): number {
    const state = this.#streams[stamp.stream];
    const at = timeOf(stamp);
    const latest = this.#eras.length - 1;
    if (at === undefined || !state) return this.#offset(latest);
    if (!state.clock.leads) return this.#follow(at);
    const index = this.#find(state, at) ?? this.#begin(stamp, at, ahead);
    const era = this.#eras[index];
    if (era) era.end = Math.max(era.end, at + stamp.duration);
    advance(state, stamp, at, index, this.#offset(index));
    return this.#offset(index);
  }

  /** Where a time of the recording's clock lies on the time line, as far as the recording has been read. In seconds. */
  position(time: number): number {
    const era = this.#eras.find(({ end }) => time <= end) ?? this.#eras.at(-1);
    return time + (era?.offset ?? 0);
  }

  #offset(index: number): number {
    return this.#eras[index]?.offset ?? 0;
  }

  /** The era that a packet belongs to, if it is one of those that have begun. */
  #find(state: StreamState, at: number): number | undefined {
    const latest = this.#eras.length - 1;
    const own = state.seen ? state.era : latest;
    const stays = this.#distance(state, at, own);
    // Where another stream has jumped by little, this one may seem to go on; it has jumped, too, if not now, then soon after.
    const moves = own === latest ? stays : this.#distance(state, at, latest);
    const isOver = moves < Number.POSITIVE_INFINITY && this.#furthest() - this.#begun > LOOK_AHEAD;
    if (Math.min(stays, moves) < Number.POSITIVE_INFINITY) return isOver || moves < stays ? latest : own;
    for (let index = latest - 1; index >= 0; index--)
      if (this.#distance(state, at, index) < RESUME) return index;
    return undefined;
  }

  /** How far a packet would lie from where the stream's next is expected, in an era; infinite where it cannot lie. */
  #distance(state: StreamState, at: number, era: number): number {
    const position = at + this.#offset(era);
    if (!this.#fits(state, position)) return Number.POSITIVE_INFINITY;
    return state.seen ? Math.abs(position - state.next) : 0;
  }

  /** Whether a packet may lie at a position of the time line. */
  #fits({ seen, last, clock }: StreamState, position: number): boolean {
    const furthest = this.#furthest();
    if (furthest === Number.NEGATIVE_INFINITY) return true;
    if (position > furthest + this.#ahead()) return false;
    return seen ? position >= last - BACK - clock.reorder : !this.#restarts || position > furthest - AHEAD;
  }

  /** How far the time line reaches. A pause of one stream is no jump while others go on. */
  #furthest(): number {
    let furthest = Number.NEGATIVE_INFINITY;
    for (const { next } of this.#streams) if (next > furthest) furthest = next;
    return furthest;
  }

  #ahead(): number {
    if (this.#restarts) return AHEAD;
    let seen = 0;
    for (const state of this.#streams) if (state.seen) seen++;
    return seen > 1 ? AHEAD : AHEAD_ALONE;
  }

  /** Subtitles and data are too rare to show a jump: they belong to the era that puts them closest to the current position. */
  #follow(at: number): number {
    const furthest = this.#furthest();
    if (furthest === Number.NEGATIVE_INFINITY) return 0;
    const distance = ({ offset }: Era) => Math.abs(at + offset - furthest);
    return this.#eras.reduce((best, era) => (distance(era) < distance(best) ? era : best)).offset;
  }

  /** Begins an era with a packet: no stream overlaps with what it had before, and one goes on without a gap. */
  #begin(stamp: Stamp, at: number, ahead: LookAhead): number {
    const before = this.#offset(this.#streams[stamp.stream]?.era ?? 0);
    const offset = this.#join(stamp, at, ahead, before);
    if (offset.isJump) this.jumps.push({ at: at + offset.value, by: before - offset.value });
    this.#begun = at + offset.value;
    this.#eras.push({ offset: offset.value, end: Number.NEGATIVE_INFINITY });
    return this.#eras.length - 1;
  }

  #join(
    stamp: Stamp,
    at: number,
    ahead: LookAhead,
    before: number,
  ): { readonly value: number; readonly isJump: boolean } {
    // Streams cross at a jump: some packets of the old era may still follow the first one of the new.
    const states = this.#streams.map((state) => ({ ...state }));
    const starts = new Map<number, number>();
    const latest = new Map<number, number>();
    const settled = new Set<number>();
    let next: Stamp | undefined = stamp;
    for (let index = 0; next && index < MAX_LOOK_AHEAD; next = ahead(index++)) {
      const { stream } = next;
      const state = states[stream];
      const time = timeOf(next);
      if (time === undefined || !state?.clock.leads) continue;
      if (next !== stamp && !starts.has(stream) && this.#fits(state, time + this.#offset(state.era))) {
        advance(state, next, time, state.era, this.#offset(state.era));
        continue;
      }
      const previous = latest.get(stream) ?? time;
      if (Math.abs(time - at) > LOOK_AHEAD || time < previous - BACK - state.clock.reorder) break;
      latest.set(stream, time);
      const start = Math.min(starts.get(stream) ?? Number.POSITIVE_INFINITY, next.show ?? time);
      starts.set(stream, start);
      // What is decoded from here on is shown later than the start.
      if (time >= start) settled.add(stream);
      if (states.every(({ clock, seen }, other) => !clock.leads || !seen || settled.has(other))) break;
    }
    const offsets = [...starts]
      .map(([stream, start]) => (states[stream]?.end ?? Number.NEGATIVE_INFINITY) - start)
      .filter(Number.isFinite);
    const value = offsets.length > 0 ? Math.max(...offsets) : this.#furthest() - at;
    const wrap = this.#streams[stamp.stream]?.clock.wrap ?? Number.POSITIVE_INFINITY;
    const isWrap = Math.abs(value - before - wrap) < AHEAD;
    return isWrap ? { value: before + wrap, isJump: false } : { value, isJump: true };
  }
}

/** The time by which packets of a stream follow each other. Guessed times of decoding jump some frames later than those of showing. */
function timeOf({ decode, show }: Stamp): number | undefined {
  if (decode === undefined || show === undefined) return decode ?? show;
  return Math.abs(show - decode) > AHEAD ? show : decode;
}

/** Notes a packet of a stream. */
function advance(state: StreamState, stamp: Stamp, at: number, era: number, offset: number): void {
  state.seen = true;
  state.era = era;
  state.last = at + offset;
  state.next = at + offset + stamp.duration;
  state.end = Math.max(state.end, (stamp.show ?? at) + offset + stamp.duration);
}
