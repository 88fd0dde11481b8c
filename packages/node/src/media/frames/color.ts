import type { ColorSpace, ConversionWarning, Matrix } from '@elsewhere/engine';
import {
  type AVChromaLocation,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_FCC,
  AVCOL_SPC_RGB,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_UNSPECIFIED,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_BT709,
  AVCOL_TRC_SMPTE2084,
  type AVColorPrimaries,
  type AVColorRange,
  type AVColorSpace,
  type AVColorTransferCharacteristic,
  type AVPixelFormat,
} from 'node-av/constants';
import { avGetPixFmtName, Filter } from 'node-av/lib';

/** A file's colour tags. */
export interface ColorTags {
  readonly primaries: AVColorPrimaries;
  readonly transfer: AVColorTransferCharacteristic;
  readonly matrix: AVColorSpace;
  readonly range: AVColorRange;
  readonly chromaLocation: AVChromaLocation;
}

/** The properties of a decoded frame that decide how it is converted for the engine. */
export interface FrameKind extends ColorTags {
  readonly format: AVPixelFormat;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** How a decoded frame is converted for the engine. */
export interface ColorPlan {
  /** FFmpeg filters that convert it to that layout; `undefined` if it has it already. */
  readonly chain: string | undefined;
  /** The pixel format for the engine. */
  readonly layout: 'I420' | 'NV12' | 'RGBA';
  /** The colour space for the engine. */
  readonly colorSpace: ColorSpace;
  /** The colour tags of the output. */
  readonly tags: ColorTags;
  /** Set if the output looks different from the input. */
  readonly warning: ConversionWarning | undefined;
}

const DIRECT: Readonly<Record<string, 'I420' | 'NV12'>> = {
  yuv420p: 'I420',
  yuvj420p: 'I420',
  nv12: 'NV12',
};

const MATRICES: ReadonlyMap<AVColorSpace, Matrix> = new Map([
  [AVCOL_SPC_BT709, 'bt709'],
  [AVCOL_SPC_BT470BG, 'bt601'],
  [AVCOL_SPC_SMPTE170M, 'bt601'],
  [AVCOL_SPC_FCC, 'bt601'],
  [AVCOL_SPC_BT2020_NCL, 'bt2020-ncl'],
]);

const SCALE = 'flags=bicubic+accurate_rnd+full_chroma_int';

/**
 * Chooses how a frame is converted for the engine: not at all, by swscale with its matrix and range kept, or tone-mapped
 * from HDR to SDR.
 *
 * @param keepsAlpha - Frames with alpha become RGBA, which the engine blends with black. Default: they are blended with black here.
 * @returns The plan, or the end of a sentence that says why there is none ("has ...").
 */
export function planColor(kind: FrameKind, keepsAlpha = false): ColorPlan | string {
  const name = avGetPixFmtName(kind.format) ?? 'unknown';
  if (kind.transfer === AVCOL_TRC_SMPTE2084 || kind.transfer === AVCOL_TRC_ARIB_STD_B67) return planHdr(kind);
  const guessed: Matrix = kind.width >= 1280 || kind.height >= 720 ? 'bt709' : 'bt601';
  if (keepsAlpha && hasAlpha(name)) {
    return planAlpha(kind, isRgb(name) ? undefined : (MATRICES.get(kind.matrix) ?? guessed));
  }
  const flatten = hasAlpha(name) ? `${isRgb(name) ? 'format=gbrap,' : ''}premultiply=inplace=1,` : '';
  if (isRgb(name) || kind.matrix === AVCOL_SPC_RGB) {
    return {
      chain: `${flatten}scale=out_color_matrix=${guessed}:out_range=tv:${SCALE},format=yuv420p`,
      layout: 'I420',
      colorSpace: { matrix: guessed, range: 'limited' },
      tags: {
        ...kind,
        matrix: guessed === 'bt709' ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M,
        range: AVCOL_RANGE_MPEG,
      },
      warning: undefined,
    };
  }
  const full = kind.range === AVCOL_RANGE_JPEG || name.startsWith('yuvj');
  const range = full ? 'full' : 'limited';
  const tags = full ? { ...kind, range: AVCOL_RANGE_JPEG } : kind;
  const matrix = kind.matrix === AVCOL_SPC_UNSPECIFIED ? guessed : MATRICES.get(kind.matrix);
  if (!matrix) {
    if (!Filter.getByName('zscale')) return 'has colours of an unsupported kind';
    return {
      chain: `${flatten}zscale=matrix=bt709:range=${full ? 'full' : 'limited'},format=yuv420p`,
      layout: 'I420',
      colorSpace: { matrix: 'bt709', range },
      tags: { ...tags, matrix: AVCOL_SPC_BT709 },
      warning: undefined,
    };
  }
  const direct = DIRECT[name];
  const side = full ? 'pc' : 'tv';
  return {
    chain: direct ? undefined : `${flatten}scale=in_range=${side}:out_range=${side}:${SCALE},format=yuv420p`,
    layout: direct ?? 'I420',
    colorSpace: { matrix, range },
    tags,
    warning: undefined,
  };
}

function planHdr(kind: FrameKind): ColorPlan | string {
  const chain = Filter.getByName('tonemapx')
    ? 'format=yuv420p10le,tonemapx=tonemap=bt2390:desat=0:peak=100:t=bt709:m=bt709:p=bt709:r=tv:format=yuv420p'
    : Filter.getByName('zscale') && Filter.getByName('tonemap')
      ? 'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p'
      : undefined;
  if (!chain) return 'is HDR video, which this build of FFmpeg cannot convert';
  return {
    chain,
    layout: 'I420',
    colorSpace: { matrix: 'bt709', range: 'limited' },
    tags: {
      primaries: AVCOL_PRI_BT709,
      transfer: AVCOL_TRC_BT709,
      matrix: AVCOL_SPC_BT709,
      range: AVCOL_RANGE_MPEG,
      chromaLocation: kind.chromaLocation,
    },
    warning: {
      code: 'HDR_CONVERTED',
      message: 'The input is HDR video; the output is SDR (BT.709), tone-mapped.',
    },
  };
}

/** What swscale calls the matrices. */
const SWSCALE_MATRICES: Readonly<Record<Matrix, string>> = {
  bt601: 'bt601',
  bt709: 'bt709',
  'bt2020-ncl': 'bt2020',
};

/** @param matrix - Of YUV; `undefined`: the pixels are RGB. */
function planAlpha(kind: FrameKind, matrix: Matrix | undefined): ColorPlan {
  const side = kind.range === AVCOL_RANGE_JPEG ? 'pc' : 'tv';
  const input = matrix ? `in_color_matrix=${SWSCALE_MATRICES[matrix]}:in_range=${side}:` : '';
  return {
    chain: `scale=${input}${SCALE},format=rgba`,
    layout: 'RGBA',
    colorSpace: { matrix: matrix ?? 'bt709', range: 'limited' },
    tags: kind,
    warning: undefined,
  };
}

function hasAlpha(name: string): boolean {
  return /^yuva|^ya(8|16|f)|^gbrap|rgba|bgra|argb|abgr|^pal8|^ayuv|^vuya/.test(name);
}

function isRgb(name: string): boolean {
  return /^(x2)?(0|a|x)?(rgb|bgr|gbr)|^pal8|^xyz/.test(name);
}

/** The range; `limited` where it is not specified. */
export function knownRange(range: AVColorRange): AVColorRange {
  return range === AVCOL_RANGE_UNSPECIFIED ? AVCOL_RANGE_MPEG : range;
}
