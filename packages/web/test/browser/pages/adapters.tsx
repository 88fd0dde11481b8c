import { VirtualBackground } from '@elsewhere/web';
import { VirtualBackgroundElement } from '@elsewhere/web/element';
import { JitsiEffect } from '@elsewhere/web/jitsi';
import { LiveKitProcessor } from '@elsewhere/web/livekit';
import { type UsedVirtualBackground, useVirtualBackground } from '@elsewhere/web/react';
import { TwilioProcessor } from '@elsewhere/web/twilio';
import { attachToSender } from '@elsewhere/web/webrtc';
import * as livekit from 'livekit-client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as twilio from 'twilio-video';
import { openCamera, record, until, wait } from './tracks.js';

/** A colour that is not in the room, as the background of these tests. */
const GREEN = { type: 'color', color: '#00b140' } as const;

/** Ready to process. */
function createBackground(): Promise<VirtualBackground> {
  return VirtualBackground.create({ assets: '/assets/', background: GREEN });
}

/** A component that uses the hook, rendered strictly: everything is mounted twice. */
function mountHook(): {
  /** What the hook gave in the last rendering. */
  readonly used: UsedVirtualBackground;
  render(camera: MediaStreamTrack | undefined, color?: string): void;
  unmount(): void;
} {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  let used: UsedVirtualBackground | undefined;
  const Component = ({ camera, color }: { camera: MediaStreamTrack | undefined; color: string }) => {
    used = useVirtualBackground(camera, { assets: '/assets/', background: { type: 'color', color } });
    return <p>{used.state}</p>;
  };
  return {
    get used() {
      if (!used) throw new Error('Not rendered yet');
      return used;
    },
    render: (camera, color = GREEN.color) =>
      root.render(
        <StrictMode>
          <Component camera={camera} color={color} />
        </StrictMode>,
      ),
    unmount: () => root.unmount(),
  };
}

/** Connects two ends within this page; what the far one receives. */
async function call(near: RTCPeerConnection, far: RTCPeerConnection): Promise<MediaStreamTrack> {
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const received = new Promise<MediaStreamTrack>((resolve) => {
    far.ontrack = ({ track }) => resolve(track);
  });
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription ?? { type: 'offer', sdp: '' });
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription ?? { type: 'answer', sdp: '' });
  return received;
}

const lab = {
  openCamera,
  record,
  until,
  wait,
  createBackground,
  mountHook,
  call,
  livekit,
  twilio,
  attachToSender,
  JitsiEffect,
  LiveKitProcessor,
  TwilioProcessor,
  VirtualBackgroundElement,
};

/** What the tests of the adapters work with. */
export type AdapterLab = typeof lab;

Object.assign(globalThis, { lab });
