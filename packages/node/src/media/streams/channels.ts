import {
  AV_CHANNEL_LAYOUT_2POINT1,
  AV_CHANNEL_LAYOUT_4POINT0,
  AV_CHANNEL_LAYOUT_5POINT0_BACK,
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_6POINT1,
  AV_CHANNEL_LAYOUT_7POINT0,
  AV_CHANNEL_LAYOUT_7POINT1,
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_QUAD,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CHANNEL_LAYOUT_SURROUND,
  AV_CHANNEL_ORDER_NATIVE,
} from 'node-av/constants';
import { avChannelLayoutDescribe, type Frame } from 'node-av/lib';

/** FFmpeg's channel layout. */
export type ChannelLayout = Frame['channelLayout'];

/** How the channels of a track are carried over. */
export interface ChannelPlan {
  /** The layout that the encoder gets. */
  readonly layout: ChannelLayout;
  /** Whether channels are mixed together, because the encoder cannot hold them all. */
  readonly isMixed: boolean;
}

/** What the decoders of AAC and Opus play everywhere. The other layouts of these codecs depend on the player. */
const AAC = [
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CHANNEL_LAYOUT_SURROUND,
  AV_CHANNEL_LAYOUT_4POINT0,
  AV_CHANNEL_LAYOUT_5POINT0_BACK,
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_7POINT1,
];
const OPUS = [
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CHANNEL_LAYOUT_SURROUND,
  AV_CHANNEL_LAYOUT_QUAD,
  AV_CHANNEL_LAYOUT_5POINT0_BACK,
  AV_CHANNEL_LAYOUT_5POINT1_BACK,
  AV_CHANNEL_LAYOUT_6POINT1,
  AV_CHANNEL_LAYOUT_7POINT1,
];

/** Layouts by encoder, from few channels to many. */
const SUPPORTED = { aac: AAC, libopus: OPUS, libmp3lame: AAC.slice(0, 2) } as const;

/** The layouts that channels without positions are taken for, by their number: without a low-frequency channel where possible. */
const USUAL: ReadonlyMap<number, ChannelLayout> = new Map(
  [
    AV_CHANNEL_LAYOUT_MONO,
    AV_CHANNEL_LAYOUT_STEREO,
    AV_CHANNEL_LAYOUT_SURROUND,
    AV_CHANNEL_LAYOUT_QUAD,
    AV_CHANNEL_LAYOUT_5POINT0_BACK,
    AV_CHANNEL_LAYOUT_5POINT1_BACK,
    AV_CHANNEL_LAYOUT_7POINT0,
    AV_CHANNEL_LAYOUT_7POINT1,
  ].map((layout) => [layout.nbChannels, layout]),
);

/** The bits of FFmpeg's masks for left and right of the back and of the sides. */
const BACK = 0x30n;
const SIDE = 0x600n;

/**
 * Gives channels without positions the usual ones for their number. Encoders place channels by their position: one without would be
 * silent, or the track refused.
 *
 * @param isGuessed - Whether the positions may be FFmpeg's guess, as those of uncompressed sound: it takes the last of three channels
 * for a subwoofer, which encoders reduce to its lowest tones.
 * @returns The layout, with positions where there are so few channels that they can have some.
 */
export function positioned(layout: ChannelLayout, isGuessed: boolean): ChannelLayout {
  const isSubwoofer = isGuessed && layout.mask === AV_CHANNEL_LAYOUT_2POINT1.mask;
  if (layout.order === AV_CHANNEL_ORDER_NATIVE && layout.mask !== 0n && !isSubwoofer) return layout;
  return USUAL.get(layout.nbChannels) ?? layout;
}

/**
 * Chooses the channels that an encoder gets for sound of a layout, see {@link positioned}: the same, or the smallest layout that has a place for each of them, or else the largest
 * one to which they are mixed.
 */
export function planChannels(wanted: ChannelLayout, encoder: keyof typeof SUPPORTED): ChannelPlan {
  const supported: readonly ChannelLayout[] = SUPPORTED[encoder];
  const fitting = supported.find((each) => holds(each.mask, wanted.mask));
  if (fitting && wanted.mask !== 0n) return { layout: fitting, isMixed: false };
  const fewer = supported.filter(({ nbChannels }) => nbChannels < wanted.nbChannels);
  // Channels without positions can only be mixed evenly.
  const largest = wanted.mask === 0n ? AV_CHANNEL_LAYOUT_STEREO : fewer.at(-1);
  return { layout: largest ?? AV_CHANNEL_LAYOUT_STEREO, isMixed: true };
}

/** Whether a layout has a place for each channel of another. Where one has channels at the sides, they fit at the back, too. */
function holds(layout: bigint, channels: bigint): boolean {
  if ((channels & ~layout) === 0n) return true;
  const hasBoth = (channels & BACK) !== 0n && (channels & SIDE) !== 0n;
  if (hasBoth) return false;
  const atBack = (channels & ~SIDE) | ((channels & SIDE) !== 0n ? BACK : 0n);
  return (atBack & ~layout) === 0n;
}

/** A layout as FFmpeg's filters take it. */
export function layoutName(layout: ChannelLayout): string {
  const name = layout.mask === 0n ? undefined : avChannelLayoutDescribe(layout);
  // A small c would mean the usual layout of that number.
  return name ?? `${layout.nbChannels}C`;
}

/**
 * The filters that bring sound to a layout, without those that FFmpeg inserts itself. Mixing keeps the loudness of each channel, as
 * ITU-R BS.775 does: the sum may be too loud for a moment, which a limiter evens out.
 */
export function mixing(from: ChannelLayout, to: ChannelLayout): readonly string[] {
  if (from.nbChannels <= to.nbChannels) return [];
  const limiter = 'alimiter=limit=0.98:level=disabled:latency=1';
  if (from.mask !== 0n) return [`aformat=sample_fmts=fltp:channel_layouts=${layoutName(to)}`, limiter];
  const all = Array.from({ length: from.nbChannels }, (_, index) => `${Math.SQRT1_2}*c${index}`).join('+');
  const sides = Array.from({ length: to.nbChannels }, (_, index) => `c${index}=${all}`).join('|');
  return [`aformat=sample_fmts=fltp`, `pan=${layoutName(to)}|${sides}`, limiter];
}
