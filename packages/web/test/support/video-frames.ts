import type { CameraFrame, FrameMetadata } from '../../src/media/frame-reader.js';

/** A `VideoColorSpaceInit`. */
export interface FakeColorSpace {
  readonly matrix?: string;
  readonly primaries?: string;
  readonly transfer?: string;
  readonly fullRange?: boolean;
}

/** What a {@link FakeVideoFrame} is made of. */
export interface FakeFrameInit {
  readonly format?: string | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visibleRect?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly displayWidth?: number;
  readonly displayHeight?: number;
  readonly timestamp?: number;
  /** The types of today know fewer words than browsers. */
  readonly colorSpace?: FakeColorSpace;
  readonly rotation?: number;
  readonly flip?: boolean;
  readonly metadata?: FrameMetadata;
  readonly layout?: readonly PlaneLayout[];
  /** The sample of a plane at a position of the coded frame, in units of the plane. */
  readonly sample?: (plane: number, x: number, y: number) => number;
  /** Bytes of nonsense behind each row that is copied. Default 0. */
  readonly padding?: number;
  /** Rejects when it is copied. */
  readonly isBroken?: boolean;
}

interface PlaneShape {
  /** How many luma pixels one sample spans in each direction. */
  readonly step: 1 | 2;
  /** Bytes of one sample. */
  readonly bytes: number;
}

const PLANES: Readonly<Record<string, readonly PlaneShape[]>> = {
  I420: [
    { step: 1, bytes: 1 },
    { step: 2, bytes: 1 },
    { step: 2, bytes: 1 },
  ],
  I420A: [
    { step: 1, bytes: 1 },
    { step: 2, bytes: 1 },
    { step: 2, bytes: 1 },
    { step: 1, bytes: 1 },
  ],
  NV12: [
    { step: 1, bytes: 1 },
    { step: 2, bytes: 2 },
  ],
  RGBA: [{ step: 1, bytes: 4 }],
  RGBX: [{ step: 1, bytes: 4 }],
  BGRA: [{ step: 1, bytes: 4 }],
  BGRX: [{ step: 1, bytes: 4 }],
};

/** Stands in for `VideoFrame`, which Node has not: as much of it as is used, strict where browsers are. */
export class FakeVideoFrame {
  /** All that were made and not closed. */
  static readonly open = new Set<FakeVideoFrame>();
  readonly format: string | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visibleRect: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly timestamp: number;
  readonly duration: number | null = null;
  readonly colorSpace: FakeColorSpace & { toJSON(): FakeColorSpace };
  readonly rotation: number;
  readonly flip: boolean;
  /** What it was made of, where it was made of planes. */
  readonly data: Uint8Array | undefined;
  readonly init: FakeFrameInit;

  constructor(first: FakeFrameInit | Uint8Array, second?: FakeFrameInit) {
    const init = first instanceof Uint8Array ? (second ?? { codedWidth: 0, codedHeight: 0 }) : first;
    const { codedWidth, codedHeight, format = 'I420', timestamp = 0, colorSpace = {} } = init;
    if (first instanceof Uint8Array && init.displayWidth === 0)
      throw new TypeError('displayWidth must be nonzero.');
    this.init = init;
    this.data = first instanceof Uint8Array ? first.slice() : undefined;
    this.format = format;
    this.codedWidth = codedWidth;
    this.codedHeight = codedHeight;
    this.visibleRect = init.visibleRect ?? { x: 0, y: 0, width: codedWidth, height: codedHeight };
    this.timestamp = timestamp;
    this.colorSpace = { ...colorSpace, toJSON: () => colorSpace };
    this.rotation = init.rotation ?? 0;
    this.flip = init.flip ?? false;
    FakeVideoFrame.open.add(this);
  }

  metadata(): FrameMetadata {
    return this.init.metadata ?? {};
  }

  allocationSize({ rect = this.visibleRect, format }: VideoFrameCopyToOptions = {}): number {
    return this.#layout(rect, format).bytes;
  }

  async copyTo(
    target: Uint8Array,
    { rect = this.visibleRect, format }: VideoFrameCopyToOptions = {},
  ): Promise<PlaneLayout[]> {
    if (!FakeVideoFrame.open.has(this)) throw new Error('This frame was closed.');
    if (this.init.isBroken) throw new Error('This frame cannot be read.');
    const { x = 0, y = 0, width = 0, height = 0 } = rect;
    const isSubsampled = PLANES[format ?? this.format ?? '']?.some(({ step }) => step === 2);
    if (isSubsampled && (x % 2 || y % 2)) throw new TypeError('The rectangle is not sample-aligned.');
    const { layout, shapes } = this.#layout(rect, format);
    layout.forEach(({ offset, stride }, plane) => {
      const { step, bytes } = shapes[plane] ?? { step: 1, bytes: 1 };
      for (let row = 0; row < Math.ceil(height / step); row++) {
        for (let column = 0; column < Math.ceil(width / step) * bytes; column++) {
          const value = this.init.sample?.(plane, (x / step) * bytes + column, y / step + row) ?? 0;
          target[offset + row * stride + column] = value;
        }
      }
    });
    return layout;
  }

  get displayWidth(): number {
    const { width, height } = this.visibleRect;
    return this.init.displayWidth ?? (this.rotation % 180 === 0 ? width : height);
  }

  get displayHeight(): number {
    const { width, height } = this.visibleRect;
    return this.init.displayHeight ?? (this.rotation % 180 === 0 ? height : width);
  }

  clone(): FakeVideoFrame {
    if (!FakeVideoFrame.open.has(this)) throw new Error('This frame was closed.');
    return new FakeVideoFrame(this.init);
  }

  close(): void {
    if (!FakeVideoFrame.open.delete(this)) throw new Error('This frame was closed twice.');
  }

  #layout({ width = 0, height = 0 }: DOMRectInit, format: string | undefined) {
    const shapes = PLANES[format ?? this.format ?? ''];
    if (!shapes) throw new TypeError(`There are no planes of ${this.format}.`);
    let bytes = 0;
    const layout = shapes.map(({ step, bytes: size }) => {
      const stride = Math.ceil(width / step) * size + (this.init.padding ?? 0);
      const offset = bytes;
      bytes += stride * Math.ceil(height / step);
      return { offset, stride };
    });
    return { layout, shapes, bytes };
  }
}

/** A frame for what takes those of browsers. */
export function fakeFrame(init: FakeFrameInit): CameraFrame {
  return new FakeVideoFrame(init) as unknown as CameraFrame;
}
