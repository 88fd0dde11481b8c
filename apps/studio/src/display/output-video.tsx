import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { clock } from '../recording/download.js';
import { output, shown } from '../state/engine.js';
import { isShowingSteps } from '../state/options.js';
import { outputElement } from '../state/output-element.js';
import { recording } from '../state/recording.js';
import { isComparing } from '../state/view.js';
import { strings } from '../strings/index.js';
import { Before } from './before.js';
import { CrossFade } from './cross-fade.js';
import { MOSAIC_SHAPE, StepNames } from './step-names.js';

/** The output of the engine, as large as possible. */
export function OutputVideo() {
  const video = useRef<HTMLVideoElement>(null);
  const shape = useSignal(16 / 9);
  const stream = output.value;
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream ?? null;
    // Rejects if the element is removed before playback starts.
    if (stream) video.current.play().catch(() => {});
  }, [stream]);
  useEffect(() => {
    outputElement.value = video.current;
    return () => {
      outputElement.value = null;
    };
  }, []);
  const fade = useRef<HTMLCanvasElement>(null);
  const crossFade = useRef<CrossFade>(null);
  useSignalEffect(() => {
    const now = shown.value;
    if (!video.current || !fade.current) return;
    crossFade.current ??= new CrossFade(video.current, fade.current);
    if (now) crossFade.current.switched(now);
  });
  const hasSteps = isShowingSteps.value;
  const kind = shown.value?.kind === 'transparent' ? ' picture--transparent' : '';
  return (
    <figure
      class={`picture${kind}`}
      style={{ '--shape': String(hasSteps ? shape.value * MOSAIC_SHAPE : shape.value) }}
    >
      <video
        ref={video}
        aria-label={strings.value.display.label}
        playsInline
        muted
        onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
          if (videoWidth > 0) shape.value = videoWidth / videoHeight;
        }}
      />
      <canvas class="picture__fade" ref={fade} />
      {hasSteps && <StepNames />}
      {isComparing.value && !hasSteps && <Before />}
      <RecordingTime />
    </figure>
  );
}

function RecordingTime() {
  const now = recording.value;
  if (now.status !== 'recording' && now.status !== 'paused') return null;
  return (
    <span class={`picture__time is-${now.status}`} role="timer">
      {clock(now.seconds)}
    </span>
  );
}
