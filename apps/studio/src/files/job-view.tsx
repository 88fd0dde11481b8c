import { useSignal } from '@preact/signals';
import { FileVideo } from 'lucide-preact';
import { useEffect, useRef } from 'preact/hooks';
import { Message } from '../display/message.js';
import { choice } from '../state/background.js';
import { strings } from '../strings/index.js';
import { useObjectUrl } from './object-url.js';
import { type Preview, startPreview } from './preview.js';
import type { Converted, Job } from './queue.js';

/** A preview of a recording, or its converted result. */
export function JobView({ job }: { readonly job: Job }) {
  if (job.stage === 'done') return <Result converted={job.converted} />;
  return <Before job={job} />;
}

function Result({ converted }: { readonly converted: Converted }) {
  const shape = useSignal(16 / 9);
  const url = useObjectUrl(converted.blob);
  return (
    <figure class={figureClass()} style={{ '--shape': String(shape.value) }}>
      {/* biome-ignore lint/a11y/useMediaCaption: the user's own recording, which has no captions */}
      <video
        src={url}
        aria-label={converted.name}
        controls
        playsInline
        onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
          if (videoWidth > 0) shape.value = videoWidth / videoHeight;
        }}
      />
      {converted.warnings.length > 0 && (
        <figcaption class="picture__note" lang="en">
          {converted.warnings.join(' ')}
        </figcaption>
      )}
    </figure>
  );
}

function Before({ job: { file, stage } }: { readonly job: Job }) {
  const texts = strings.value.files;
  const video = useRef<HTMLVideoElement>(null);
  const shape = useSignal(16 / 9);
  const isWorking = stage === 'working';
  const wasWorking = useRef(isWorking);
  const preview = useSignal<Preview>({ status: 'loading' });
  useEffect(() => {
    // During a conversion the preview stops at its last frame, to leave the CPU to the conversion. If there is no frame yet,
    // it starts.
    if (isWorking && !wasWorking.current) return;
    return startPreview(file, preview);
  }, [file, isWorking, preview]);
  const now = preview.value;
  const stream = now.status === 'live' ? now.stream : undefined;
  useEffect(() => {
    if (!video.current || !stream) return;
    video.current.srcObject = stream;
    video.current.play().catch(() => {});
  }, [stream]);
  if (now.status === 'unplayable') {
    return (
      <Message icon={FileVideo} title={texts.noPreview}>
        <p>{texts.noPreviewWhy}</p>
      </Message>
    );
  }
  return (
    <figure class={figureClass()} style={{ '--shape': String(shape.value) }}>
      <video
        ref={video}
        aria-label={texts.preview(file.name)}
        playsInline
        muted
        onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
          if (videoWidth > 0) shape.value = videoWidth / videoHeight;
        }}
      />
      {now.status === 'loading' && (
        <div class="card">
          <span class="spinner" aria-hidden="true" />
        </div>
      )}
    </figure>
  );
}

function figureClass(): string {
  return choice.value.kind === 'transparent' ? 'picture picture--transparent' : 'picture';
}
