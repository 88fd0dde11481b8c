import type { Background, VideoSource } from '@elsewhere/engine';
import { WebError } from '../errors.js';
import type { SentBackground } from '../messages.js';
import { readPicture } from './picture.js';

/** A background that is ready for the engine. */
export interface OpenBackground {
  readonly background: Background;
  /** Lets go of what it holds. */
  dispose(): void;
}

/** A video that plays; what `video.js` of the assets folder makes. */
export interface PlayingVideo extends VideoSource {
  dispose(): void;
}

/** Decodes videos: what `video.js` exports. */
export interface VideoModule {
  openVideo(source: string | Blob): Promise<PlayingVideo>;
}

/**
 * Opens a background as the page has sent it.
 *
 * @param sent - The background.
 * @param loadVideoModule - Called only when a video is to be decoded.
 * @throws WebError `BACKGROUND_UNREADABLE`, or what `loadVideoModule` throws.
 */
export async function openBackground(
  sent: SentBackground,
  loadVideoModule: () => Promise<VideoModule>,
): Promise<OpenBackground> {
  switch (sent.type) {
    case 'image':
      return { background: { ...sent, source: await readPicture(sent.source) }, dispose: ignore };
    case 'video': {
      const source = await openVideo(sent.source, await loadVideoModule());
      return { background: { ...sent, source }, dispose: () => source.dispose() };
    }
    default:
      return { background: sent, dispose: ignore };
  }
}

async function openVideo(source: string | URL | Blob, module: VideoModule): Promise<PlayingVideo> {
  try {
    return await module.openVideo(source instanceof Blob ? source : String(source));
  } catch (cause) {
    throw new WebError(
      'BACKGROUND_UNREADABLE',
      `The background ${source instanceof Blob ? '' : `${source} `}is not a video that can be fetched and that this browser can decode.`,
      { cause },
    );
  }
}

function ignore(): void {}
