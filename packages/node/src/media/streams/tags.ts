import type { ConversionWarning } from '@elsewhere/engine';
import { keepTags } from '@elsewhere/engine/internal';

/** Chooses the tags of a file and of its tracks that are carried over, by the engine's list. */
export class TagFilter {
  readonly #keepLocation: boolean;
  #dropsLocation = false;
  #dropsPicture = false;

  /**
   * @param keepLocation - Whether tags that say where the recording was made are kept.
   */
  constructor(keepLocation: boolean) {
    this.#keepLocation = keepLocation;
  }

  /**
   * The tags to carry over.
   *
   * @param all - All tags of the file, of a track or of a chapter.
   */
  kept(all: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    const { tags, dropsLocation, dropsPicture } = keepTags(all, this.#keepLocation);
    this.#dropsLocation ||= dropsLocation;
    this.#dropsPicture ||= dropsPicture;
    return tags;
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
    return warnings;
  }
}
