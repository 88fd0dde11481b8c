import { VirtualBackground } from '@elsewhere/web';
import { LiveKitProcessor } from '@elsewhere/web/livekit';
import { createLocalVideoTrack } from 'livekit-client';

const background = await VirtualBackground.create({
  assets: '/assets/',
  background: { type: 'color', color: '#00b140' },
});

// Before the track is published, so that the camera background is never sent.
const track = await createLocalVideoTrack({ resolution: { width: 1280, height: 720 } });
await track.setProcessor(new LiveKitProcessor(background));

// In a real application, with a server's address and a token:
//   const room = new Room();
//   await room.connect(url, token);
//   await room.localParticipant.publishTrack(track);

const video = document.querySelector<HTMLVideoElement>('#shown');
if (video) track.attach(video);

// Later:
//   await background.setBackground({ type: 'blur' });  another background
//   await track.restartTrack({ deviceId });            another camera
//   await track.stopProcessor();                       shows the camera background
//   background.dispose();

addEventListener('pagehide', () => {
  track.stop();
  background.dispose();
});
