import type { WebBackground } from '@elsewhere/web';
import { useVirtualBackground } from '@elsewhere/web/react';
import { StrictMode, useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

const BACKGROUNDS: readonly WebBackground[] = [
  { type: 'color', color: '#00b140' },
  { type: 'blur', strength: 0.8 },
];

function useCamera(): MediaStreamTrack | undefined {
  const [camera, setCamera] = useState<MediaStreamTrack>();
  useEffect(() => {
    const opening = navigator.mediaDevices.getUserMedia({ video: true });
    opening.then((stream) => setCamera(stream.getVideoTracks()[0]), console.error);
    return () => {
      setCamera(undefined);
      opening.then(close, () => {});
    };
  }, []);
  return camera;
}

function close(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function Mirror() {
  const camera = useCamera();
  const [choice, setChoice] = useState(0);
  const background = BACKGROUNDS[choice] ?? { type: 'blur' };
  const { track, state, error } = useVirtualBackground(camera, {
    assets: '/assets/',
    background,
    mirror: true,
  });
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = track ? new MediaStream([track]) : null;
  }, [track]);
  return (
    <>
      <video id="shown" ref={video} autoPlay muted playsInline />
      <p>
        {BACKGROUNDS.map(({ type }, index) => (
          <button key={type} type="button" onClick={() => setChoice(index)}>
            {type}
          </button>
        ))}
        {error ? error.message : state}
      </p>
    </>
  );
}

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Mirror />
    </StrictMode>,
  );
}
