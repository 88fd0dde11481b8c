import { ElsewhereError } from '@elsewhere/engine';

/**
 * Every `code` a {@link MediaError} can carry. Codes are stable: programs may compare them.
 *
 * - `INPUT_MISSING`, `INPUT_IS_DIRECTORY`, `INPUT_EMPTY`, `INPUT_UNREADABLE`: the input is not there, is a directory, has
 *   no bytes, or is nothing that can be decoded.
 * - `INPUT_NO_VIDEO`: there is no video stream in it (audio only, for example).
 * - `INPUT_UNSUPPORTED`: it can be decoded, but not processed correctly (a size of zero, an HDR kind that cannot be converted).
 * - `BACKGROUND_MISSING`, `BACKGROUND_UNREADABLE`: the background's file is not there or neither a picture nor a video.
 * - `OUTPUT_EXISTS`: the output is there already and overwriting was not asked for.
 * - `OUTPUT_IS_INPUT`: input and output are the same file.
 * - `OUTPUT_UNSUPPORTED`: the output's extension or codec is unknown, or cannot hold what is asked for (alpha in h264).
 * - `OUTPUT_UNWRITABLE`: the output cannot be created, or writing failed.
 * - `DISK_FULL`: no space left where the output is written.
 * - `DOWNLOAD_FAILED`: a model could not be fetched (no network, a refusal, a time-out).
 * - `DEVICE_UNAVAILABLE`: the camera or the virtual camera cannot be opened.
 */
export type MediaErrorCode =
  | 'INPUT_MISSING'
  | 'INPUT_IS_DIRECTORY'
  | 'INPUT_EMPTY'
  | 'INPUT_UNREADABLE'
  | 'INPUT_NO_VIDEO'
  | 'INPUT_UNSUPPORTED'
  | 'BACKGROUND_MISSING'
  | 'BACKGROUND_UNREADABLE'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_IS_INPUT'
  | 'OUTPUT_UNSUPPORTED'
  | 'OUTPUT_UNWRITABLE'
  | 'DISK_FULL'
  | 'DOWNLOAD_FAILED'
  | 'DEVICE_UNAVAILABLE';

/** An error about a file, a device or a download. See {@link MediaErrorCode} for the codes. */
export class MediaError extends ElsewhereError<MediaErrorCode> {
  override readonly name = 'MediaError';
}
