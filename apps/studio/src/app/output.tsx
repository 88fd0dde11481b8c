import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { failure, output, startEngine } from '../state/engine.js';
import { openingStudio } from '../state/sharing.js';
import { source, startCamera } from '../state/source.js';
import { strings } from '../strings/index.js';
import { sentenceOf } from '../strings/sentences.js';

/** The interval for checking whether the studio's window is still open, in milliseconds. */
const CHECK_INTERVAL = 1000;

/**
 * The output alone, for other programs to capture: the output of the window that opened this one or, without such a window,
 * an output of its own with the stored settings.
 */
export function Output() {
  const video = useRef<HTMLVideoElement>(null);
  const studio = useSignal(openingStudio());
  useEffect(() => {
    if (studio.value) {
      const checking = setInterval(() => {
        studio.value = openingStudio();
      }, CHECK_INTERVAL);
      return () => clearInterval(checking);
    }
    void startEngine();
    void startCamera();
    return undefined;
  }, [studio.value]);
  useEffect(
    () =>
      // Subscribed instead of read, because another window's signals do not track reads in this one.
      (studio.value?.output ?? output).subscribe((stream) => {
        if (!video.current) return;
        video.current.srcObject = stream ?? null;
        if (stream) video.current.play().catch(() => {});
      }),
    [studio.value],
  );
  const problem = studio.value ? undefined : problemOf();
  return (
    <>
      <video
        class="clean__picture"
        ref={video}
        aria-label={strings.value.display.label}
        title={strings.value.display.fullScreen}
        playsInline
        muted
        onDblClick={({ currentTarget }) => {
          if (document.fullscreenElement) void document.exitFullscreen();
          else void currentTarget.requestFullscreen();
        }}
      />
      {problem && (
        <p class="clean__note" role="status">
          {problem}
        </p>
      )}
    </>
  );
}

/** Why this window has no output of its own. */
function problemOf(): string | undefined {
  const now = source.value;
  if (failure.value) return sentenceOf(failure.value);
  if (now.status !== 'trouble') return undefined;
  const { title } = strings.value.trouble[now.trouble];
  return `${title}. ${strings.value.display.openStudio}`;
}
