/** Downloads a file. */
export function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the URL later; a minute is enough for the download to start.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A sortable name with the time: `elsewhere 2026-01-31 14.05.09.webm`. */
export function fileName(extension: string, time = new Date()): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const hour = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join('.');
  return `elsewhere ${day} ${hour}.${extension}`;
}

/** Formats seconds: `1:05`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Formats bytes. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
