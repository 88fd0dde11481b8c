import type { Background, Picture, VideoSource } from '@elsewhere/engine';
import type { SentBackground } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import { readPicture } from './picture.js';

/** A background on its way to another worker: pictures are decoded, videos are opened there anew. */
export type SharedBackground = Background<Picture, string | URL | Blob>;

/** A background that is ready for the engine. */
export interface OpenBackground {
  readonly background: Background;
  readonly shared: SharedBackground;
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
      return stillBackground({ ...sent, source: await readPicture(sent.source) });
    case 'video': {
      const source = await openVideo(sent.source, await loadVideoModule());
      return { background: { ...sent, source }, shared: sent, dispose: () => source.dispose() };
    }
    default:
      return stillBackground(sent);
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

/** One that holds nothing that is to be let go. */
export function stillBackground(background: Exclude<Background, { type: 'video' }>): OpenBackground {
  return { background, shared: background, dispose: () => {} };
}
