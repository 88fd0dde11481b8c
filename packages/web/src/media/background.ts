import { type Background, EngineError, type RgbaImage, type VideoSource } from '@elsewhere/engine';
import type { SentBackground } from '../engine/protocol.js';
import { WebError } from '../errors.js';
import { fetchImage, isAnimatedImage, readImage } from './image.js';

/** A background for another worker: images are decoded, videos are opened there once more. */
export type SharedBackground = Background<RgbaImage, string | URL | Blob>;

/** A background that is ready for a pipeline. */
export interface OpenBackground {
  readonly background: Background;
  readonly shared: SharedBackground;
  /** Frees its decoder, if it has one. */
  dispose(): void;
}

/** A video that plays, from `video.js` of the assets folder. */
export interface PlayingVideo extends VideoSource {
  dispose(): void;
}

/** What `video.js` exports. */
export interface VideoModule {
  openVideo(source: string | Blob): Promise<PlayingVideo>;
}

/**
 * Fetches and decodes a background.
 *
 * @param sent - From the page.
 * @param loadVideoModule - Called only for videos.
 * @throws WebError `BACKGROUND_UNREADABLE`; EngineError `INPUT_TOO_LARGE`; what `loadVideoModule` throws.
 */
export async function openBackground(
  sent: SentBackground,
  loadVideoModule: () => Promise<VideoModule>,
): Promise<OpenBackground> {
  switch (sent.type) {
    case 'image': {
      const source = await fetchImage(sent.source);
      // An image that moves is a video.
      if (source instanceof Blob && (await isAnimatedImage(source))) {
        return openBackground({ ...sent, type: 'video', source }, loadVideoModule);
      }
      return stillBackground({ ...sent, source: await readImage(source) });
    }
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
    if (cause instanceof EngineError) throw cause;
    throw new WebError(
      'BACKGROUND_UNREADABLE',
      `The background video ${source instanceof Blob ? '' : `${source} `}cannot be fetched, or this browser cannot decode it.`,
      { cause },
    );
  }
}

/** Wraps a background that has nothing to free. */
export function stillBackground(background: Exclude<Background, { type: 'video' }>): OpenBackground {
  return { background, shared: background, dispose: () => {} };
}
