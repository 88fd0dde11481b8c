import type { ConversionWarning } from '@elsewhere/engine';
import { keepTags } from '@elsewhere/engine/internal';
import type { Ratio } from '../ffmpeg.js';
import { laterTimecode } from './timecode.js';

/** What a {@link TagFilter} needs to know of a conversion. */
export interface TagFilterOptions {
  /** Whether tags that say where the recording was made are kept. */
  readonly keepLocation: boolean;
  /** How much of the beginning is left out, in seconds. */
  readonly start: number;
  /** The frame rate of the recording. */
  readonly frameRate: Ratio;
}

/** Chooses the tags of a file and of its tracks that are carried over, by the engine's list. */
export class TagFilter {
  readonly #options: TagFilterOptions;
  #dropsLocation = false;
  #dropsPicture = false;
  #dropsTimecode = false;

  constructor(options: TagFilterOptions) {
    this.#options = options;
  }

  /**
   * The tags to carry over.
   *
   * @param all - All tags of the file, of a track or of a chapter.
   */
  kept(all: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const { tags, dropsLocation, dropsPicture } = keepTags(all, this.#options.keepLocation);
    this.#dropsLocation ||= dropsLocation;
    this.#dropsPicture ||= dropsPicture;
    return Object.fromEntries(
      Object.entries(tags).flatMap(([name, value]) => {
        const text = this.#current(name.toLowerCase(), once(value));
        return text === undefined ? [] : [[name, text]];
      }),
    );
  }

  /**
   * The tags of the file to carry over, with the date of the recording where muxers look for it.
   *
   * @param all - All tags of the file.
   * @param name - The tag that the output's container has for the date.
   */
  ofFile(
    all: Readonly<Record<string, string>> | undefined,
    name: 'creation_time' | 'date',
  ): Readonly<Record<string, string>> {
    const tags = this.kept(all);
    const names = Object.keys(tags);
    const from = [name, 'creation_time', 'com.apple.quicktime.creationdate'].find((wanted) =>
      names.some((each) => each.toLowerCase() === wanted),
    );
    const date = names.find((each) => each.toLowerCase() === from);
    if (date === undefined || from === name) return tags;
    const time = Date.parse(tags[date] ?? '');
    return Number.isNaN(time) ? tags : { ...tags, [name]: new Date(time).toISOString() };
  }

  /** What was left out that users may miss. */
  get warnings(): ConversionWarning[] {
    const warnings: ConversionWarning[] = [];
    if (this.#dropsLocation) {
      const message =
        'The metadata that says where the recording was made was left out: keepLocation (--keep-location) keeps it.';
      warnings.push({ code: 'LOCATION_DROPPED', message });
    }
    if (this.#dropsPicture) {
      const message = 'An image in the metadata was left out: it may show the camera background.';
      warnings.push({ code: 'ATTACHMENT_DROPPED', message });
    }
    if (this.#dropsTimecode) {
      const message =
        'The timecode was left out: at this frame rate it is not known where the output starts.';
      warnings.push({ code: 'DATA_DROPPED', message });
    }
    return warnings;
  }

  /** A tag's text as it is true of the output; `undefined` if it is not. */
  #current(name: string, value: string): string | undefined {
    if (name === 'creation_time') return readableDate(value);
    const { start, frameRate } = this.#options;
    if (name !== 'timecode' || start === 0) return value;
    const timecode = laterTimecode(value, start, frameRate);
    this.#dropsTimecode ||= timecode === undefined;
    return timecode;
  }
}

/** FFmpeg joins the texts of a tag that a file has several times, in two places for example. */
function once(value: string): string {
  const half = value.slice(0, value.length >> 1);
  return value === `${half};${half}` ? half : value;
}

/** A date that muxers can read, of one that a file has several times with different digits. */
function readableDate(value: string): string {
  return value.split(';').find((text) => !Number.isNaN(Date.parse(text))) ?? value;
}
