import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { failure, output, startEngine } from '../state/engine.js';
import { openingStudio } from '../state/sharing.js';
import { source, startCamera } from '../state/source.js';
import { strings } from '../strings/index.js';
import { sentenceOf } from '../strings/sentences.js';

/** How often is looked whether the studio is still there, in milliseconds. */
const LOOK_INTERVAL = 1000;

/**
 * The picture and nothing else, for other programs to capture: what the window that opened this one shows; without one, a
 * picture of its own with the choices that were made there.
 */
export function Output() {
  const video = useRef<HTMLVideoElement>(null);
  const studio = useSignal(openingStudio());
  useEffect(() => {
    if (studio.value) {
      const looking = setInterval(() => {
        studio.value = openingStudio();
      }, LOOK_INTERVAL);
      return () => clearInterval(looking);
    }
    void startEngine();
    void startCamera();
    return undefined;
  }, [studio.value]);
  useEffect(
    () =>
      // Subscribed rather than read: another window's signals do not know who reads them in this one.
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
        aria-label={strings.value.stage.label}
        title={strings.value.stage.fullScreen}
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

/** Why this window has no picture of its own. */
function problemOf(): string | undefined {
  const now = source.value;
  if (failure.value) return sentenceOf(failure.value);
  if (now.status !== 'trouble') return undefined;
  const { title } = strings.value.trouble[now.trouble];
  return `${title}. ${strings.value.stage.openStudio}`;
}
