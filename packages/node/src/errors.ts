import { ElsewhereError } from '@elsewhere/engine';

/**
 * Every `code` a {@link MediaError} can carry. Codes are stable: programs may compare them.
 *
 * - `INPUT_MISSING`, `INPUT_IS_DIRECTORY`, `INPUT_EMPTY`, `INPUT_UNREADABLE`: the input does not exist, is a directory, is
 *   empty, or cannot be decoded.
 * - `INPUT_NO_VIDEO`: the input has no video stream (only audio, for example).
 * - `INPUT_UNSUPPORTED`: the input can be decoded, but not processed correctly (a size of zero, an unsupported kind of HDR).
 * - `BACKGROUND_MISSING`, `BACKGROUND_UNREADABLE`: the background's file does not exist, or is neither an image nor a video.
 * - `OUTPUT_EXISTS`: the output exists already, and `overwrite` is not set.
 * - `OUTPUT_IS_INPUT`: input and output are the same file.
 * - `OUTPUT_UNSUPPORTED`: the output's extension or codec is unknown, or cannot hold what is asked for (alpha in H.264).
 * - `OUTPUT_UNWRITABLE`: the output cannot be created, or writing failed.
 * - `DISK_FULL`: the disk is full.
 * - `DOWNLOAD_FAILED`: a model could not be downloaded (no network, an error of the server, a timeout).
 * - `DEVICE_UNAVAILABLE`: the camera cannot be opened.
 * - `VIRTUAL_CAMERA_UNAVAILABLE`: the device to write to cannot be opened, or has gone.
 * - `VIRTUAL_CAMERA_UNSUPPORTED`: there are no such devices on this system.
 * - `SUPERSEDED`: a later call replaced this one.
 * - `DISPOSED`: the virtual camera has ended.
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
  | 'DEVICE_UNAVAILABLE'
  | 'VIRTUAL_CAMERA_UNAVAILABLE'
  | 'VIRTUAL_CAMERA_UNSUPPORTED'
  | 'SUPERSEDED'
  | 'DISPOSED';

/** An error about a file, a device or a download. See {@link MediaErrorCode} for the codes. */
export class MediaError extends ElsewhereError<MediaErrorCode> {
  override readonly name = 'MediaError';
}
