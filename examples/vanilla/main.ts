import { VirtualBackground, type WebBackground } from '@elsewhere/web';

const video = document.querySelector<HTMLVideoElement>('#shown');
const state = document.querySelector('#state');

const BACKGROUNDS: Record<string, WebBackground> = {
  blur: { type: 'blur', strength: 0.8 },
  color: { type: 'color', color: '#00b140' },
  image: { type: 'image', source: '/place.jpg' },
};

// The camera and the network load at the same time.
const [stream, background] = await Promise.all([
  navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } }),
  VirtualBackground.create({ assets: '/assets/' }),
]);
const [camera] = stream.getVideoTracks();

background.addEventListener('statechange', (event) => {
  if (state) state.textContent = event.error ? `${event.state}: ${event.error.message}` : event.state;
});

// The track is there at once; its first frame is a processed one.
if (camera && video) video.srcObject = new MediaStream([background.process(camera)]);

for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', () => {
    const chosen = BACKGROUNDS[button.value];
    if (!chosen) return;
    background.setBackground(chosen).catch((error) => {
      // The previous background stays. A later click replaces an earlier one: nothing to report.
      if (state && error.code !== 'SUPERSEDED') state.textContent = error.message;
    });
  });
}

addEventListener('pagehide', () => {
  background.dispose();
  camera?.stop();
});
