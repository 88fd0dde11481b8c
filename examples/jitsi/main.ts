import { VirtualBackground } from '@elsewhere/web';
import { JitsiEffect } from '@elsewhere/web/jitsi';
import { createLocalTracks, StandInConference } from './stand-in.js';

// With lib-jitsi-meet itself:
//   const { createLocalTracks } = JitsiMeetJS;
//   const conference = connection.initJitsiConference(name, options);
const conference = new StandInConference();

const background = await VirtualBackground.create({
  assets: '/assets/',
  background: { type: 'color', color: '#00b140' },
});

// Before the track is added, so that the camera background is never sent.
const [track] = await createLocalTracks({ devices: ['video'] });
await track.setEffect(new JitsiEffect(background));
await conference.addTrack(track);

const video = document.querySelector<HTMLVideoElement>('#shown');
if (video) track.attach(video);

// Later:
//   await background.setBackground({ type: 'blur' });  another background
//   await track.setEffect(undefined);                  shows the camera background
//   background.dispose();

addEventListener('pagehide', () => {
  track.dispose();
  background.dispose();
});
