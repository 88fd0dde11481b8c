/**
 * Plays a file again and again, instead of a camera.
 *
 * @param signal - Ends it.
 * @throws If the browser cannot play it.
 */
export async function openFile(file: Blob, signal: AbortSignal): Promise<MediaStream> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  signal.addEventListener('abort', () => {
    video.pause();
    video.removeAttribute('src');
    URL.revokeObjectURL(url);
  });
  video.muted = true;
  video.loop = true;
  video.src = url;
  await video.play();
  const stream = captureOf(video);
  if (stream.getVideoTracks().length === 0) throw new Error('There is no picture in this file.');
  return stream;
}

/** `captureStream`, which Firefox still calls by an earlier name and TypeScript does not know. */
function captureOf(video: HTMLVideoElement): MediaStream {
  const { captureStream, mozCaptureStream } = video as HTMLVideoElement & {
    captureStream?: () => MediaStream;
    mozCaptureStream?: () => MediaStream;
  };
  const capture = captureStream ?? mozCaptureStream;
  if (!capture) throw new Error('This browser does not show files as cameras.');
  return capture.call(video);
}
