import { FilesetResolver, ImageSegmenter, type MPMask } from '@mediapipe/tasks-vision';
import { present } from './lab.js';
import { loadImage, type Scene } from './library.js';

/** In pixels, as in common examples. */
const BLUR = 10;

/** A canvas with a confidence mask as alpha. */
class MaskCanvas {
  readonly canvas = document.createElement('canvas');
  readonly #context = contextOf(this.canvas);

  draw(mask: MPMask): void {
    const { width, height } = mask;
    Object.assign(this.canvas, this.canvas.width === width ? {} : { width, height });
    const pixels = new Uint8ClampedArray(4 * width * height);
    for (const [i, confidence] of mask.getAsFloat32Array().entries()) pixels[4 * i + 3] = 255 * confidence;
    this.#context.putImageData(new ImageData(pixels, width, height), 0, 0);
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  return context;
}

/** The segmenter on the CPU and a canvas: what one builds without a background library. */
present({
  async start(camera, scene) {
    const files = await FilesetResolver.forVisionTasks('/mediapipe/wasm');
    const segmenter = await ImageSegmenter.createFromOptions(files, {
      baseOptions: { modelAssetPath: '/models/selfie_segmenter_landscape.tflite', delegate: 'CPU' },
      runningMode: 'VIDEO',
      outputCategoryMask: false,
      outputConfidenceMasks: true,
    });
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([camera]);
    await video.play();
    const canvas = document.createElement('canvas');
    const { videoWidth: width, videoHeight: height } = video;
    Object.assign(canvas, { width, height });
    const context = contextOf(canvas);
    const mask = new MaskCanvas();
    let image = await imageOf(scene);

    const draw = () => {
      context.globalCompositeOperation = 'copy';
      context.drawImage(mask.canvas, 0, 0, width, height);
      context.globalCompositeOperation = 'source-in';
      context.drawImage(video, 0, 0, width, height);
      context.globalCompositeOperation = 'destination-over';
      context.filter = image ? 'none' : `blur(${BLUR}px)`;
      context.drawImage(image ?? video, 0, 0, width, height);
      context.filter = 'none';
    };
    const look = () => {
      segmenter.segmentForVideo(video, performance.now(), ({ confidenceMasks }) => {
        const [person] = confidenceMasks ?? [];
        if (!person) return;
        mask.draw(person);
        draw();
      });
      if (video.srcObject) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);

    const [track] = canvas.captureStream(30).getVideoTracks();
    if (!track) throw new Error('The canvas has no track.');
    return {
      track,
      show: async (next) => {
        image = await imageOf(next);
        return track;
      },
      stop: () => {
        video.srcObject = null;
        segmenter.close();
      },
    };
  },
});

function imageOf(scene: Scene): Promise<HTMLImageElement> | undefined {
  return scene === 'blur' ? undefined : loadImage(scene);
}
