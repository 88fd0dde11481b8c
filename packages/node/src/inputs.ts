/**
 * What can be said of inputs and backgrounds without opening them. Loading it loads neither FFmpeg nor a network:
 * `@elsewhere/node/internal/inputs` is for programs that name their outputs, such as the command.
 *
 * @packageDocumentation
 */
export {
  type FileFormat,
  fileFormat,
  type ImageFormat,
  type VideoFormat,
} from './media/input/file-format.js';
export { isAddress, isVideoDevice } from './media/input/source.js';
