import { useSignal } from '@preact/signals';
import { ChevronsLeftRight } from 'lucide-preact';
import { useEffect, useRef } from 'preact/hooks';
import { liveOptions } from '../state/options.js';
import { source } from '../state/source.js';
import { strings } from '../strings/index.js';

/** The unprocessed camera over the left part of the output, up to a slider. It is shown on the page only. */
export function Before() {
  const video = useRef<HTMLVideoElement>(null);
  const share = useSignal(50);
  const now = source.value;
  const track = now.status === 'live' ? now.track : undefined;
  useEffect(() => {
    if (!video.current || !track) return;
    video.current.srcObject = new MediaStream([track]);
    video.current.play().catch(() => {});
  }, [track]);
  const { compare, before, after } = strings.value.display;
  return (
    <div class="before" style={{ '--share': `${share.value}%` }}>
      <div class="before__picture">
        <video
          ref={video}
          class={liveOptions.value.mirror ? 'is-mirrored' : ''}
          playsInline
          muted
          aria-label={before}
        />
      </div>
      <span class="before__name" aria-hidden="true">
        {before}
      </span>
      <span class="before__name before__name--after" aria-hidden="true">
        {after}
      </span>
      <span class="before__handle" aria-hidden="true">
        <ChevronsLeftRight size={18} />
      </span>
      <input
        type="range"
        min={0}
        max={100}
        value={share.value}
        aria-label={compare}
        onInput={(event) => {
          share.value = event.currentTarget.valueAsNumber;
        }}
      />
    </div>
  );
}
