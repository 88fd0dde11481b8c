import type { Ratio } from '../ffmpeg.js';

/** How far a frame rate may be from that of a timecode, as a part of it. */
const TOLERANCE = 0.002;

/**
 * The timecode of a part of a recording, of which the beginning was left out.
 *
 * @param timecode - The timecode of the first frame, as in `01:00:00:00`, or `01:00:00;00` where frame numbers are dropped.
 * @param start - What was left out, in seconds.
 * @param frameRate - The frame rate of the recording.
 * @returns The timecode of the first frame of the part; `undefined` if it cannot be known: frames have no constant rate that a
 * timecode can count.
 */
export function laterTimecode(timecode: string, start: number, { num, den }: Ratio): string | undefined {
  const fields = /^(\d\d):(\d\d):(\d\d)([:;.,])(\d\d)$/.exec(timecode.trim());
  const rate = num / den;
  const perSecond = Math.round(rate);
  const exact = [perSecond, (perSecond * 1000) / 1001].find(
    (each) => Math.abs(rate - each) <= Math.min(TOLERANCE * each, perSecond / 2002),
  );
  if (!fields || !exact || perSecond < 1) return undefined;
  const [hours, minutes, seconds, frames] = [fields[1], fields[2], fields[3], fields[5]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const separator = fields[4] ?? ':';
  if (frames >= perSecond) return undefined;
  // Two numbers are skipped at each minute that is no tenth, at 30 frames per second.
  const skipped = separator === ':' ? 0 : perSecond / 15;
  if (!Number.isInteger(skipped)) return undefined;
  const wholeMinutes = hours * 60 + minutes;
  const first =
    (wholeMinutes * 60 + seconds) * perSecond +
    frames -
    skipped * (wholeMinutes - Math.floor(wholeMinutes / 10));
  const perDay = 24 * 60 * 60 * perSecond - skipped * 24 * 54;
  const count = (first + Math.ceil(start * exact - 0.05)) % perDay;
  const [perTen, perMinute] = [600 * perSecond - 9 * skipped, 60 * perSecond - skipped];
  const tens = Math.floor(count / perTen);
  const rest = count % perTen;
  const later = rest < 60 * perSecond ? 0 : Math.floor((rest - skipped) / perMinute);
  const number = count + skipped * (9 * tens + later);
  const parts = [3600, 60, 1].map(
    (unit) => Math.floor(number / (perSecond * unit)) % (unit === 3600 ? 24 : 60),
  );
  const two = (value: number) => String(value).padStart(2, '0');
  return `${parts.map(two).join(':')}${separator}${two(number % perSecond)}`;
}
