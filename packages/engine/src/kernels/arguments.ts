import {
  CompositionStruct,
  EdgeFallbackStruct,
  type GridPointer,
  GridStruct,
  type GuidePointer,
  GuideStruct,
  PlaneStruct,
  type RectangleFields,
  RectangleStruct,
  RgbToYuvStruct,
  TemporalPlanesStruct,
  TemporalRuleStruct,
  YuvToRgbStruct,
  YuvToYuvStruct,
} from './exports.js';
import { CALL_ARGUMENTS_BYTES } from './layout.js';
import { type Block, blockAt } from './memory.js';

/** Cells over a rectangle of a frame, in luma pixels. */
interface GridLike {
  readonly width: number;
  readonly height: number;
  readonly region: RectangleFields;
}

/** Three float planes of one size. */
interface GuideLike {
  readonly y: Pick<Block, 'pointer'>;
  readonly u: Pick<Block, 'pointer'>;
  readonly v: Pick<Block, 'pointer'>;
  readonly width: number;
  readonly height: number;
}

/**
 * Structs that are written anew for each call; a plane, a frame and a matte have their own instead. A struct is valid until it is
 * written again.
 */
export class CallArguments {
  readonly plane: PlaneStruct;
  readonly rectangle: RectangleStruct;
  readonly yuvToRgb: YuvToRgbStruct;
  readonly rgbToYuv: RgbToYuvStruct;
  readonly yuvToYuv: YuvToYuvStruct;
  readonly temporalPlanes: TemporalPlanesStruct;
  readonly temporalRule: TemporalRuleStruct;
  readonly edgeFallback: EdgeFallbackStruct;
  readonly composition: CompositionStruct;
  readonly #grid: GridStruct;
  readonly #guide: GuideStruct;
  readonly #reference: GuideStruct;

  /**
   * @param memory - The kernels' memory.
   * @param start - Where `callArguments` of `kernels/index.ts` lies in it.
   */
  constructor(memory: WebAssembly.Memory, start: number) {
    let end = start;
    const place = (bytes: number) => {
      end += bytes;
      if (end > start + CALL_ARGUMENTS_BYTES)
        throw new RangeError('The structs need a larger callArguments.');
      return blockAt(memory, end - bytes, bytes);
    };
    this.plane = new PlaneStruct(place(PlaneStruct.bytes));
    this.rectangle = new RectangleStruct(place(RectangleStruct.bytes));
    this.yuvToRgb = new YuvToRgbStruct(place(YuvToRgbStruct.bytes));
    this.rgbToYuv = new RgbToYuvStruct(place(RgbToYuvStruct.bytes));
    this.yuvToYuv = new YuvToYuvStruct(place(YuvToYuvStruct.bytes));
    this.temporalPlanes = new TemporalPlanesStruct(place(TemporalPlanesStruct.bytes));
    this.temporalRule = new TemporalRuleStruct(place(TemporalRuleStruct.bytes));
    this.edgeFallback = new EdgeFallbackStruct(place(EdgeFallbackStruct.bytes));
    this.composition = new CompositionStruct(place(CompositionStruct.bytes));
    this.#grid = new GridStruct(place(GridStruct.bytes));
    this.#guide = new GuideStruct(place(GuideStruct.bytes));
    this.#reference = new GuideStruct(place(GuideStruct.bytes));
  }

  /** Writes a grid and, as its region, {@link CallArguments.rectangle}. */
  grid({ width, height, region }: GridLike): GridPointer {
    return this.#grid.write({ width, height, region: this.rectangle.write(region) });
  }

  /** Writes a guide. */
  guide(guide: GuideLike): GuidePointer {
    return writeGuide(this.#guide, guide);
  }

  /** Writes the guide that another one is compared with. */
  reference(guide: GuideLike): GuidePointer {
    return writeGuide(this.#reference, guide);
  }
}

function writeGuide(struct: GuideStruct, { y, u, v, width, height }: GuideLike): GuidePointer {
  return struct.write({ y: y.pointer, u: u.pointer, v: v.pointer, width, height });
}
