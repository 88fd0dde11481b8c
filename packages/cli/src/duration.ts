/**
 * Reads a time: seconds (`90`, `1.5`), or minutes and hours before colons (`1:30`, `01:02:03.5`).
 *
 * @param text - As it was typed.
 * @returns Seconds, or `undefined` if it is not a time.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d*)?|\.\d+)$/.exec(text.trim());
  if (!match) return undefined;
  const [, hours = '0', minutes, seconds = '0'] = match;
  if (minutes !== undefined && Number(seconds) >= 60) return undefined;
  if (match[1] !== undefined && Number(minutes) >= 60) return undefined;
  return Number(hours) * 3600 + Number(minutes ?? '0') * 60 + Number(seconds);
}

/**
 * Writes a time for people: `0:07`, `12:34`, `1:02:03`.
 *
 * @param seconds - At least 0; fractions are rounded.
 */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
