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
import type { Rgb } from './inspect.js';
import { openCamera, record, until, wait } from './tracks.js';

/** The colour that people are put before, which is not in the camera background. */
const GREEN: Rgb = [0, 177, 64];
const color = `rgb(${GREEN.join(' ')})`;

/** Ready to process. */
function createBackground(): Promise<VirtualBackground> {
  return VirtualBackground.create({ assets: '/assets/', background: { type: 'color', color } });
}

/** What a {@link Component} is given. */
interface Props {
  readonly camera: MediaStreamTrack | undefined;
  readonly color: string;
  onUsed(used: UsedVirtualBackground): void;
}

/** Uses the hook. */
function Component({ camera, color, onUsed }: Props) {
  const used = useVirtualBackground(camera, { assets: '/assets/', background: { type: 'color', color } });
  onUsed(used);
  return <p>{used.state}</p>;
}

/** A component that uses the hook, rendered strictly: everything is mounted twice. */
function mountHook(): {
  /** What the hook gave in the last rendering. */
  readonly used: UsedVirtualBackground | undefined;
  render(camera: MediaStreamTrack | undefined, color?: string): void;
  unmount(): void;
} {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  let used: UsedVirtualBackground | undefined;
  const onUsed = (latest: UsedVirtualBackground) => {
    used = latest;
  };
  return {
    get used() {
      return used;
    },
    render: (camera, background = color) =>
      root.render(
        <StrictMode>
          <Component camera={camera} color={background} onUsed={onUsed} />
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
  green: GREEN,
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
