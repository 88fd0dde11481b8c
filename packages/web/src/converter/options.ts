import type { ConversionOptions, ConversionReport } from '@elsewhere/engine';
import type { VirtualBackgroundOptions, WebImage, WebVideo } from '../options.js';

/** The options of `convertVideo`: those of every conversion, and where its model and assets are. */
export interface ConvertOptions
  extends ConversionOptions<WebImage, WebVideo>,
    Pick<VirtualBackgroundOptions, 'model' | 'assets'> {}

/** What `convertVideo` reports. */
export interface ConvertReport extends ConversionReport {
  /** The new file; `undefined` where an output was given. */
  readonly blob: Blob | undefined;
  /**
   * The new file's MIME type with its codecs. MP4 (H.264 where the browser can encode it, else VP9), or WebM (VP9) where
   * the input is WebM or Matroska or the background is `transparent`.
   */
  readonly mimeType: string;
}
