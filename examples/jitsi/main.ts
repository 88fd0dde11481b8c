import { VirtualBackground } from '@elsewhere/web';
import { JitsiEffect } from '@elsewhere/web/jitsi';
import { createLocalTracks, StandInConference } from './stand-in.js';

// With lib-jitsi-meet itself this is
//   const { createLocalTracks } = JitsiMeetJS;
//   const conference = connection.initJitsiConference(name, options);
const conference = new StandInConference();

const background = await VirtualBackground.create({
  assets: '/assets/',
  background: { type: 'color', color: '#00b140' },
});

// Before the track is added: nobody ever sees the room.
const [track] = await createLocalTracks({ devices: ['video'] });
await track.setEffect(new JitsiEffect(background));
await conference.addTrack(track);

const video = document.querySelector<HTMLVideoElement>('#shown');
if (video) track.attach(video);

// Later:
//   await background.setBackground({ type: 'blur' });  another background
//   await track.setEffect(undefined);                  the room is shown
//   background.dispose();

addEventListener('pagehide', () => {
  track.dispose();
  background.dispose();
});
