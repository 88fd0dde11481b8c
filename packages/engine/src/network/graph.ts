/** How many rows, columns and channels a map has. */
export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Vertical and horizontal. */
export interface Pair {
  readonly y: number;
  readonly x: number;
}

/** A network's weights, where they lie in its file. */
export interface Constant {
  /** In bytes from the file's beginning. */
  readonly offset: number;
  /** How many numbers there are. */
  readonly count: number;
  /** Whether they are half floats. */
  readonly isHalf: boolean;
}

/** What follows an operator, value by value. */
export type Activation = 'none' | 'relu' | 'relu6' | 'hard-swish' | 'sigmoid';

/** The number of a map: of the network's input, of an operator's output, or of a constant vector. */
export type MapId = number;

/** What all windows have in common. */
export interface Window {
  /** Taps. */
  readonly size: Pair;
  /** Pixels from a window to the next one. */
  readonly stride: Pair;
  /** Pixels from a tap to the next one. */
  readonly dilation: Pair;
  /** Rows and columns of zeros above and to the left of the input that the first window covers. */
  readonly padding: Pair;
}

/** Every output channel from every input channel. Weights: outputs, rows, columns, inputs. */
export interface Convolution extends Window {
  readonly kind: 'convolution';
  readonly input: MapId;
  readonly output: MapId;
  readonly weights: Constant;
  /** One for each output channel. */
  readonly bias: Constant | undefined;
  readonly activation: Activation;
}

/** Each channel by itself. Weights: rows, columns, channels. */
export interface Depthwise extends Window {
  readonly kind: 'depthwise';
  readonly input: MapId;
  readonly output: MapId;
  readonly weights: Constant;
  readonly bias: Constant | undefined;
  readonly activation: Activation;
}

/** A transposed convolution whose windows touch without overlapping. Weights: outputs, rows, columns, inputs. */
export interface Transposed {
  readonly kind: 'transposed';
  readonly input: MapId;
  readonly output: MapId;
  readonly weights: Constant;
  readonly bias: Constant | undefined;
  /** Taps, and pixels from a window to the next one. */
  readonly size: Pair;
  readonly activation: Activation;
}

/** Sum or product of two maps, or of a map and one of a single pixel. */
export interface Elementwise {
  readonly kind: 'add' | 'multiply';
  readonly inputs: readonly [MapId, MapId];
  readonly output: MapId;
  readonly activation: Activation;
}

/** An activation that is an operator of its own. */
export interface Activate {
  readonly kind: 'activate';
  readonly input: MapId;
  readonly output: MapId;
  readonly activation: Activation;
}

/** The mean over all pixels. */
export interface Mean {
  readonly kind: 'mean';
  readonly input: MapId;
  readonly output: MapId;
}

/** Which points of source and target a resize lays over each other. */
export type ResizeMode = 'half-pixel' | 'align-corners' | 'asymmetric';

/** Bilinear resizing. */
export interface Resize {
  readonly kind: 'resize';
  readonly input: MapId;
  readonly output: MapId;
  readonly mode: ResizeMode;
}

/** The channels of several maps one behind the other. */
export interface Concatenation {
  readonly kind: 'concatenation';
  readonly inputs: readonly MapId[];
  readonly output: MapId;
  readonly activation: Activation;
}

/** What a network consists of. */
export type Operator =
  | Convolution
  | Depthwise
  | Transposed
  | Elementwise
  | Activate
  | Mean
  | Resize
  | Concatenation;

/** A network whose shapes fit together. */
export interface Graph {
  /** The shape of every map. */
  readonly shapes: ReadonlyMap<MapId, MapShape>;
  readonly input: MapId;
  readonly outputs: readonly MapId[];
  /** Maps of a single pixel whose values the file has: one for each channel, or one for all. */
  readonly constants: ReadonlyMap<MapId, Constant>;
  /** In an order in which each comes after those that make its inputs. */
  readonly operators: readonly Operator[];
}

/** The maps that an operator reads. */
export function inputsOf(operator: Operator): readonly MapId[] {
  return 'inputs' in operator ? operator.inputs : [operator.input];
}

/** Whether a map is one pixel. */
export function isVector({ height, width }: MapShape): boolean {
  return height === 1 && width === 1;
}

/** Whether two shapes are the same. */
export function isSameShape(a: MapShape, b: MapShape): boolean {
  return a.height === b.height && a.width === b.width && a.channels === b.channels;
}
