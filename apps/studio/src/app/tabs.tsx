import { signal } from '@preact/signals';
import { FileVideo, type LucideIcon, Phone, Video } from 'lucide-preact';
import type { ComponentType } from 'preact';
import { FileTab } from '../files/file-tab.js';
import { strings } from '../strings/index.js';
import { CameraTab } from './camera-tab.js';

/** What the page can do, each behind a tab. */
export const TABS = {
  camera: { icon: Video, View: CameraTab },
  files: { icon: FileVideo, View: FileTab },
  call: { icon: Phone, View: Soon },
} as const satisfies Readonly<Record<string, { readonly icon: LucideIcon; readonly View: ComponentType }>>;

export type TabId = keyof typeof TABS;

/** The one that is open. */
export const tab = signal<TabId>('camera');

function Soon() {
  return <p class="note">{strings.value.tabs.soon}</p>;
}
