/** What newer browsers tell of a frame besides what the types know. */
export interface CameraFrame extends VideoFrame {
  /** Degrees clockwise by which it is to be turned. */
  readonly rotation?: number;
  /** Whether it is to be mirrored after that. */
  readonly flip?: boolean;
  metadata?(): FrameMetadata;
}

/** Of mediacapture-extensions. */
export interface FrameMetadata {
  /** Whether the platform has blurred the background already. */
  readonly backgroundBlur?: { readonly enabled: boolean };
  /** Where the platform sees people. */
  readonly backgroundSegmentationMask?: ImageBitmap;
}
