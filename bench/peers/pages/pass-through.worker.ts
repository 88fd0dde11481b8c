/** Passes frames on unchanged. */
self.onmessage = ({
  data,
}: MessageEvent<{ readable: ReadableStream<VideoFrame>; writable: WritableStream<VideoFrame> }>) => {
  void data.readable.pipeTo(data.writable).catch(() => undefined);
};
