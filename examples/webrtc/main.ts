import { VirtualBackground } from '@elsewhere/web';
import { attachToSender } from '@elsewhere/web/webrtc';

const background = await VirtualBackground.create({ assets: '/assets/', background: { type: 'blur' } });
const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
const [camera] = stream.getVideoTracks();
if (!camera) throw new Error('There is no camera.');

// The sender has no track yet: the processed one is the first that it sends.
const here = new RTCPeerConnection();
const { sender } = here.addTransceiver('video', { direction: 'sendonly' });
const attachment = await attachToSender(background, sender, camera);

// Both ends of the call are in this page; usually offer, answer and candidates go through a server.
const there = new RTCPeerConnection();
there.ontrack = ({ track }) => {
  const video = document.querySelector<HTMLVideoElement>('#shown');
  if (video) video.srcObject = new MediaStream([track]);
};
here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate ?? undefined);
there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate ?? undefined);
await here.setLocalDescription();
if (here.localDescription) await there.setRemoteDescription(here.localDescription);
await there.setLocalDescription();
if (there.localDescription) await here.setRemoteDescription(there.localDescription);

document.querySelector('#background')?.addEventListener('click', () => {
  background.setBackground({ type: 'color', color: '#00b140' }).catch(console.error);
});

async function leave(): Promise<void> {
  await attachment.detach();
  camera?.stop();
  background.dispose();
  here.close();
  there.close();
}
document.querySelector('#leave')?.addEventListener('click', () => void leave());
