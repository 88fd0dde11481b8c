import type { ConversionWarningCode } from '@elsewhere/engine';
import { isFont } from '@elsewhere/engine/internal';
import {
  AV_CODEC_ID_AAC,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { avGetCodecName, Codec } from 'node-av/lib';
import { MediaError } from '../../errors.js';
import { type InputStream, isCover } from '../input/reader.js';
import { AudioRoute } from './audio.js';
import { CopyRoute } from './copy.js';
import type { Route, RoutesContext } from './route.js';
import { Silence } from './silence.js';
import { isText, TextRoute } from './subtitles.js';

/**
 * Adds a track for each stream of the input that the output can hold, in the input's order.
 *
 * @returns The routes, by the streams' indices.
 */
export function openRoutes(context: RoutesContext): Map<number, Route> {
  const routes = new Map<number, Route>();
  for (const input of context.reader.streams) {
    if (input === context.reader.video) {
      context.addVideo();
      continue;
    }
    const route = openOrDrop(input, context);
    if (route) routes.set(input.index, route);
  }
  return routes;
}

/** A track beside the video that cannot be opened is left out. */
function openOrDrop(input: InputStream, context: RoutesContext): Route | undefined {
  try {
    return openRoute(input, context);
  } catch (error) {
    // What is wrong with the output is wrong with all of it.
    if (error instanceof MediaError) throw error;
    context.drop(titleOf(input), 'it is damaged');
    return undefined;
  }
}

function openRoute(input: InputStream, context: RoutesContext): Route | undefined {
  const { container } = context;
  const drop = (code: ConversionWarningCode, message: string) => {
    context.warnings.push({ code, message });
    return undefined;
  };
  const { type, parameters } = input;
  const codec = avGetCodecName(parameters.codecId) ?? 'unknown';
  if (type === AVMEDIA_TYPE_AUDIO) return openAudio(input, context);
  if (type === AVMEDIA_TYPE_SUBTITLE) {
    if (container.subtitles.has(parameters.codecId)) return new CopyRoute(input, titleOf(input), context);
    if (container.text !== undefined && isText(parameters.codecId))
      return new TextRoute(input, container.text, titleOf(input), context);
    return drop('SUBTITLES_DROPPED', `${titleOf(input)} were left out: ${container.title} cannot hold them.`);
  }
  if (type === AVMEDIA_TYPE_ATTACHMENT) {
    const isFontFile = isFont(parameters.extradata ?? new Uint8Array(0));
    if (container.attachments && isFontFile) return attachFont(input, context);
    const why = isFontFile
      ? `${container.title} cannot hold it`
      : 'it is not a font, and may show the camera background';
    const name = input.stream.metadata?.get('filename');
    return drop('ATTACHMENT_DROPPED', `The attached file${name ? ` ${name}` : ''} was left out: ${why}.`);
  }
  if (type === AVMEDIA_TYPE_VIDEO) {
    if (context.reader.isImageSequence) return undefined;
    return isCover(input)
      ? drop('VIDEO_DROPPED', 'The cover picture was left out: it may show the camera background.')
      : drop(
          'VIDEO_DROPPED',
          `A second video (${codec}, ${parameters.width}x${parameters.height}) was left out: it would show the camera background.`,
        );
  }
  if (isCarriedElsewhere(input)) return undefined;
  return drop('DATA_DROPPED', `A track of data (${nameOf(input, codec)}) was left out.`);
}

/** Timecodes are written anew from the metadata, and chapters separately. */
function isCarriedElsewhere({ stream, parameters }: InputStream): boolean {
  const tag = parameters.codecTagString ?? '';
  return tag === 'tmcd' ? (stream.metadata?.get('timecode') ?? null) !== null : /^(text|tx3g)$/.test(tag);
}

/** How a device calls a track of data, and its format: its codec, or the container's tag of it. */
function nameOf({ stream, parameters }: InputStream, codec: string): string {
  const format = /^(bin_data|unknown|none)$/.test(codec) ? parameters.codecTagString : codec;
  const name = stream.metadata?.get('handler_name')?.trim();
  const parts = [name, format].filter((part) => part && /^[\x20-\x7e]+$/.test(part) && !part.startsWith('['));
  return parts.length > 0 ? parts.join(', ') : 'of an unknown format';
}

/** Adds an attached file, which is part of the header: there are no packets to carry. */
function attachFont(
  { stream, timeBase, parameters }: InputStream,
  { writer, tags }: RoutesContext,
): undefined {
  const all = stream.metadata?.getAll() ?? {};
  const { filename = 'font', mimetype = '' } = all;
  const track = writer.add(timeBase, {
    ...tags.kept(all),
    filename,
    mimetype: FONT_TYPE.test(mimetype) ? mimetype : 'application/x-truetype-font',
  });
  parameters.copy(track.stream.codecpar);
}

/** MIME types by which players know a font. */
const FONT_TYPE =
  /^(font|application)\/[\w.+-]*(font|ttf|otf|truetype|opentype|woff|sfnt|collection)[\w.+-]*$/i;

function openAudio(input: InputStream, context: RoutesContext): Route | undefined {
  const { container, warnings } = context;
  const name = titleOf(input);
  const drop = (message: string) => {
    if (!warnings.some((warning) => warning.message === message))
      warnings.push({ code: 'AUDIO_DROPPED', message });
    return undefined;
  };
  const { codecId, sampleRate, channels, extradataSize } = input.parameters;
  if (!container.audioEncoder) return drop(`The sound was left out: ${container.title} cannot hold any.`);
  const isUnknown = sampleRate <= 0 || channels <= 0;
  // FFmpeg gives out no packets of a track whose header is damaged.
  if (context.findings.isEmpty(input) && !(isUnknown && extradataSize > 0))
    return drop(`${name} was left out: it is announced, but there is none.`);
  if (isUnknown) {
    context.drop(name, 'it does not state its format, or is damaged');
    return undefined;
  }
  const canDecode = Codec.findDecoder(codecId) !== null;
  const isHeld = container.audio.has(codecId);
  const changes = isHeld && canDecode && context.findings.changes(input);
  if (isHeld && !changes && container.soundMayPause) return new CopyRoute(input, name, context);
  // Such AAC describes itself in each packet, which a container that wants the description first cannot hold.
  const isHeldAsIs = isHeld && !changes && (codecId !== AV_CODEC_ID_AAC || extradataSize > 0);
  const silence = isHeldAsIs ? Silence.for(input.parameters) : undefined;
  if (silence) return new CopyRoute(input, name, context, silence);
  if (!canDecode) return drop(`${name} was left out: it cannot be decoded here.`);
  const why = changes ? 'cannot hold sound that changes its format' : 'cannot hold it as it is';
  const route = new AudioRoute(input, container.audioEncoder, name, context);
  const message = `${name} was converted to ${AUDIO_TITLES[container.audioEncoder]}: ${container.title} ${why}.`;
  warnings.push({ code: 'AUDIO_ENCODED', message });
  return route;
}

const AUDIO_TITLES = { aac: 'AAC', libopus: 'Opus', libmp3lame: 'MP3' } as const;

/** A stream's name in messages. */
function titleOf({ type, parameters, stream }: InputStream): string {
  const what =
    type === AVMEDIA_TYPE_AUDIO ? 'Sound' : type === AVMEDIA_TYPE_SUBTITLE ? 'Subtitles' : 'A track';
  const codec = avGetCodecName(parameters.codecId) ?? 'unknown';
  const language = stream.metadata?.get('language');
  return `${what} (${codec}${language && language !== 'und' ? `, ${language}` : ''})`;
}
