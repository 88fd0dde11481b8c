import type { VirtualCameraStatus } from '@elsewhere/node';

/** How it is doing, as a sentence. */
export function stateSentence(status: VirtualCameraStatus): string {
  const { state, problem, width, height, fps } = status;
  const output = outputName(status);
  switch (state) {
    case 'waiting':
      return `Waiting: no program reads ${output}. The camera is off.`;
    case 'starting':
      return `Turning ${cameraName(status)} on.`;
    case 'live':
      return `Live: ${cameraName(status)} on ${output}, ${width}x${height} at ${round(fps)} fps.`;
    case 'lost':
      return `${problem ?? 'The camera is lost.'} Until it is back, the background is shown alone.`;
    case 'paused':
      return `Paused: ${output} shows the background alone. The camera is off.`;
  }
}

/** All of a status, in lines. */
export function statusLines(status: VirtualCameraStatus): readonly string[] {
  const { background, readers, onDemand, frames } = status;
  const source = 'source' in background ? ` ${background.source}` : '';
  const color = 'color' in background ? ` ${background.color}` : '';
  const light = onDemand ? 'on while a program reads' : 'always on';
  return [
    stateSentence(status),
    `Background: ${background.type}${source}${color}`,
    `Camera: ${cameraName(status)}, ${light}${readers === undefined ? '' : `; ${readers} reading`}`,
    `Quality: ${status.quality}${status.settings.quality === 'auto' ? ' (auto)' : ''}`,
    `Frames: ${frames.written} written, ${frames.processed} of them new, ${frames.repeated} repeated, ${frames.placeholders} without the camera; ${frames.dropped} dropped`,
  ];
}

function cameraName({ camera }: VirtualCameraStatus): string {
  return camera.type === 'lavfi' ? 'the generated video' : (camera.device ?? 'the camera');
}

function outputName({ output }: VirtualCameraStatus): string {
  return output === '-' ? 'standard output' : output;
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
