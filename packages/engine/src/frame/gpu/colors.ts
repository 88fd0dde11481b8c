import type { Constants } from '../../gpu/compiler.js';
import { type ColorSpace, recoloring, rgbToYuvMatrix, yuvToRgb } from '../color-space.js';

/** The constants with which `rgb.wgsl` converts RGB to a colour space. */
export function fromRgb(colorSpace: ColorSpace): Constants {
  const { yOffset, y, u, v } = rgbToYuvMatrix(colorSpace);
  const [YR, YG, YB] = y;
  const [UR, UG, UB] = u;
  const [VR, VG, VB] = v;
  return { Y_OFFSET: yOffset, YR, YG, YB, UR, UG, UB, VR, VG, VB };
}

/** The constants with which `planes.wgsl` converts samples between colour spaces. */
export function betweenSpaces(from: ColorSpace, to: ColorSpace): Constants {
  const change = recoloring(from, to);
  if (!change) return {};
  const [YY, YU, YV, Y0, UU, UV, U0, VU, VV, V0] = change;
  return { YY, YU, YV, Y0, UU, UV, U0, VU, VV, V0 };
}

/** The constants with which `canvas.wgsl` converts samples of a colour space to RGB. */
export function toRgb(colorSpace: ColorSpace): Constants {
  const { yScale, yOffset, rv, gu, gv, bu } = yuvToRgb(colorSpace);
  return { Y_SCALE: yScale, Y_OFFSET: yOffset, RV: rv, GU: gu, GV: gv, BU: bu };
}
