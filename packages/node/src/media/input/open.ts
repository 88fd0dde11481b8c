import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { assertInputSize } from '@elsewhere/engine/internal';
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AVERROR_EACCES,
  AVERROR_EINVAL,
  AVERROR_EPERM,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Dictionary, type FormatContext, InputFormat } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { fileUrl, reason } from '../ffmpeg.js';
import { FORMAT_WHITELIST } from './demuxers.js';
import { fileFormat } from './file-format.js';
import { type ConvertInput, DEFAULT_CAMERA } from './source.js';

/**
 * Opens an input, and reads what its header says about its streams.
 *
 * @param format - Where it is opened; closed by the caller, also after an error.
 * @returns The input's name in messages.
 * @throws {@link MediaError} `INPUT_UNREADABLE` or `DEVICE_UNAVAILABLE`; `EngineError` `INPUT_TOO_LARGE`.
 */
export function openInput(format: FormatContext, input: ConvertInput): string {
  const name = typeof input === 'string' ? openFile(format, input) : openLive(format, input);
  // Some headers state the size. Where they do not, FFmpeg decodes a frame to find it out.
  assertSizes(format, name);
  const ret = format.findStreamInfoSync();
  if (ret < 0) throw unreadable(name, ret);
  assertSizes(format, name);
  return name;
}

function assertSizes({ streams }: FormatContext, name: string): void {
  for (const { codecpar, disposition } of streams) {
    const isCover = (disposition & AV_DISPOSITION_ATTACHED_PIC) !== 0;
    if (codecpar.codecType === AVMEDIA_TYPE_VIDEO && !isCover) assertInputSize('video', name, codecpar);
  }
}

function openFile(format: FormatContext, path: string): string {
  const name = basename(path);
  const found = fileFormat(path);
  if (found.kind === 'list') {
    throw new MediaError(
      'INPUT_UNREADABLE',
      `${name} is a list of other files, or another text, not a video: give the files that it names.`,
    );
  }
  const demuxer = found.name === 'mjpeg' ? InputFormat.findInputFormat('mjpeg') : null;
  const options = { format_whitelist: FORMAT_WHITELIST };
  let ret: number;
  if (process.platform === 'win32') {
    const dictionary = Dictionary.fromObject({ ...options, protocol_whitelist: 'file' });
    ret = format.openInputSync(fileUrl(path), demuxer, dictionary);
  } else {
    // FFmpeg gets the open file without its name: nothing follows from an extension, and no format can open another file.
    const file = openSync(path, 'r');
    const dictionary = Dictionary.fromObject({ ...options, protocol_whitelist: 'fd', fd: String(file) });
    ret = format.openInputSync('fd:', demuxer, dictionary);
    closeSync(file);
  }
  if (ret < 0) throw unreadable(name, ret);
  return name;
}

function openLive(format: FormatContext, input: Exclude<ConvertInput, string>): string {
  if (input.type === 'lavfi') {
    const ret = format.openInputSync(input.graph, InputFormat.findInputFormat('lavfi'));
    if (ret < 0) {
      throw new MediaError(
        'INPUT_UNREADABLE',
        `FFmpeg cannot open the graph "${input.graph}": ${reason(ret)}.`,
      );
    }
    return 'the generated video';
  }
  const { device = DEFAULT_CAMERA } = input;
  const v4l2 = InputFormat.findInputFormat('v4l2');
  const ret = v4l2 ? format.openInputSync(device, v4l2) : -1;
  if (!v4l2 || ret < 0) {
    const why = v4l2 ? reason(ret) : 'there are no cameras on this system';
    throw new MediaError('DEVICE_UNAVAILABLE', `The camera ${device} cannot be opened: ${why}.`);
  }
  return `the camera ${device}`;
}

function unreadable(name: string, ret: number): MediaError {
  if (ret === AVERROR_EACCES || ret === AVERROR_EPERM) {
    return new MediaError('INPUT_UNREADABLE', `${name} cannot be read: permission denied.`);
  }
  // What FFmpeg says about a format that is not on the list, and about options, explains nothing.
  const why = ret === AVERROR_EINVAL ? '' : `: ${reason(ret)}`;
  return new MediaError(
    'INPUT_UNREADABLE',
    `${name} is damaged, or neither a video nor an image of a supported format${why}.`,
  );
}
