import type { Background, VideoSource } from '@elsewhere/engine';
import { ASSETS } from '../assets.js';
import { WebError } from '../errors.js';
import type { SentBackground } from '../messages.js';
import { missing } from './fetch.js';
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

/** What `video.js` exports. */
interface VideoModule {
  openVideo(source: string | Blob): Promise<PlayingVideo>;
}

/**
 * Opens a background as the page has sent it.
 *
 * @param sent - The background.
 * @param assets - The assets folder: the decoder of videos is loaded only when one is needed.
 * @throws WebError `BACKGROUND_UNREADABLE` or `ASSET_MISSING`.
 */
export async function openBackground(sent: SentBackground, assets: string): Promise<OpenBackground> {
  switch (sent.type) {
    case 'image':
      return { background: { ...sent, source: await readPicture(sent.source) }, dispose: ignore };
    case 'video': {
      const source = await openVideo(sent.source, assets);
      return { background: { ...sent, source }, dispose: () => source.dispose() };
    }
    default:
      return { background: sent, dispose: ignore };
  }
}

async function openVideo(source: string | URL | Blob, assets: string): Promise<PlayingVideo> {
  const url = assets + ASSETS.video;
  let module: VideoModule;
  try {
    module = await import(url);
  } catch (cause) {
    throw missing(url, cause);
  }
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
