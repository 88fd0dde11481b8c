import type { Frame } from '@elsewhere/engine';
import { createPresenter, rgbaToI420 } from '@elsewhere/presenter';

/** Draws the first frames of the presenter. */
export async function drawFrames(width: number, height: number, count: number): Promise<readonly Frame[]> {
  const presenter = createPresenter({ width, height, waving: 'always', camera: { noise: 2 } });
  const frames: Frame[] = [];
  for (let index = 0; index < count; index++) {
    const { image } = await presenter.frame(index);
    const { y, u, v } = rgbaToI420(image, width, height);
    const chroma = (width + 1) >> 1;
    frames.push({
      format: 'I420',
      width,
      height,
      planes: [
        { data: y, stride: width },
        { data: u, stride: chroma },
        { data: v, stride: chroma },
      ],
      colorSpace: { matrix: 'bt709', range: 'limited' },
      rotation: 0,
    });
  }
  return frames;
}
