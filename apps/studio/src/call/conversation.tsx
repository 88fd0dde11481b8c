import { useSignal } from '@preact/signals';
import { Mic, MicOff, PhoneOff, Video, VideoOff } from 'lucide-preact';
import { useEffect, useRef } from 'preact/hooks';
import { Button, IconButton } from '../components/button.js';
import { output } from '../state/engine.js';
import { strings } from '../strings/index.js';
import type { Presence } from './peer.js';
import { hangUp, isCameraOn, isHeard } from './state.js';

interface ConversationProps {
  readonly received: MediaStream;
  readonly presence: Presence;
}

/** The other side large, the user's own output small. */
export function Conversation({ received, presence }: ConversationProps) {
  const texts = strings.value.call;
  const shape = useSignal(16 / 9);
  return (
    <figure class="picture" style={{ '--shape': String(shape.value) }}>
      <Screen
        label={texts.them}
        stream={received}
        onShape={(now) => {
          shape.value = now;
        }}
      />
      {!presence.camera && (
        <div class="card call__off">
          <VideoOff size={28} aria-hidden="true" />
          <p>{texts.theirCameraOff}</p>
        </div>
      )}
      {!presence.microphone && (
        <p class="call__muted">
          <MicOff size={16} aria-hidden="true" />
          {texts.theyAreMuted}
        </p>
      )}
      {isCameraOn.value && output.value && (
        <div class="call__own">
          <Screen label={texts.you} stream={output.value} />
        </div>
      )}
    </figure>
  );
}

interface ScreenProps {
  readonly label: string;
  readonly stream: MediaStream;
  readonly onShape?: (shape: number) => void;
}

function Screen({ label, stream, onShape }: ScreenProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (!video.current) return;
    video.current.srcObject = stream;
    // Rejects if the element is removed before playback starts.
    video.current.play().catch(() => {});
  }, [stream]);
  return (
    <video
      ref={video}
      aria-label={label}
      playsInline
      muted
      onResize={({ currentTarget: { videoWidth, videoHeight } }) => {
        if (videoWidth > 0) onShape?.(videoWidth / videoHeight);
      }}
    />
  );
}

/** The controls of a call. */
export function CallDock() {
  const texts = strings.value.call;
  const [hasSound, hasVideo] = [isHeard.value, isCameraOn.value];
  return (
    <div class="dock dock--call" role="toolbar" aria-label={texts.actions}>
      <IconButton
        icon={hasSound ? Mic : MicOff}
        label={hasSound ? texts.mute : texts.unmute}
        onClick={() => {
          isHeard.value = !hasSound;
        }}
      />
      <IconButton
        icon={hasVideo ? Video : VideoOff}
        label={hasVideo ? texts.cameraOff : texts.cameraOn}
        onClick={() => {
          isCameraOn.value = !hasVideo;
        }}
      />
      <Button kind="danger" icon={PhoneOff} onClick={hangUp}>
        {texts.hangUp}
      </Button>
    </div>
  );
}
