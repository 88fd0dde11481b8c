import type { PipelineSettings } from './options.js';

/** Whether only a part of each frame is shown. */
export function isFramed({ zoom, follow }: PipelineSettings): boolean {
  return zoom > 1 || follow;
}

/** Whether all that depends on the frames' size can stay as it is. */
export function keepsWorkspace(before: PipelineSettings, next: PipelineSettings): boolean {
  return (
    next.edgeSoftness === before.edgeSoftness &&
    next.maxSize?.width === before.maxSize?.width &&
    next.maxSize?.height === before.maxSize?.height
  );
}
