/**
 * Plays a file in a loop, as a substitute for a camera.
 *
 * @param signal - Stops it.
 * @throws If the browser cannot play it.
 */
export async function openFile(file: Blob, signal: AbortSignal): Promise<MediaStream> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  signal.addEventListener('abort', () => {
    video.pause();
    video.removeAttribute('src');
    // Otherwise it goes on reading, and fails once the URL is revoked.
    video.load();
    URL.revokeObjectURL(url);
  });
  video.muted = true;
  video.loop = true;
  video.src = url;
  await video.play();
  const stream = captureOf(video);
  if (stream.getVideoTracks().length === 0) throw new Error('The file contains no video.');
  return stream;
}

/** `captureStream`, which has a prefix in Firefox and is missing in TypeScript's types. */
function captureOf(video: HTMLVideoElement): MediaStream {
  const { captureStream, mozCaptureStream } = video as HTMLVideoElement & {
    captureStream?: () => MediaStream;
    mozCaptureStream?: () => MediaStream;
  };
  const capture = captureStream ?? mozCaptureStream;
  if (!capture) throw new Error('This browser cannot capture a video element.');
  return capture.call(video);
}
