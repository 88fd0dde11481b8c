/**
 * The time line of a recording: where its packets, frames and samples lie in the output. Knows neither files nor containers.
 *
 * - `clock.ts`: timestamps of all streams -> jumps of the clock -> one offset for all streams.
 * - `sound.ts`: timestamps and numbers of samples -> runs -> silence, and what is dropped.
 */
export { RecordingClock, type Stamp, type StreamClock } from './clock.js';
export { type Laid, SampleTrack, SoundClock } from './sound.js';
