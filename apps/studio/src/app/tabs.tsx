import { effect, signal } from '@preact/signals';
import { FileVideo, type LucideIcon, Phone, Video } from 'lucide-preact';
import type { ComponentType } from 'preact';
import { CallTab } from '../call/call-tab.js';
import { invitation, takeInvitation } from '../call/state.js';
import { FileTab } from '../files/file-tab.js';
import { CameraTab } from './camera-tab.js';

/** The tabs of the page. */
export const TABS = {
  camera: { icon: Video, View: CameraTab },
  files: { icon: FileVideo, View: FileTab },
  call: { icon: Phone, View: CallTab },
} as const satisfies Readonly<Record<string, { readonly icon: LucideIcon; readonly View: ComponentType }>>;

export type TabId = keyof typeof TABS;

/** The open tab. */
export const tab = signal<TabId>('camera');

// An invitation in the URL opens its tab, also if the page was open already.
effect(() => {
  if (invitation.value !== undefined) tab.value = 'call';
});
takeInvitation();
addEventListener('hashchange', takeInvitation);
