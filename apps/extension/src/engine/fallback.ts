import {
  EngineClient,
  type EngineRequest,
  type PlanarFrame,
  type PlanesMessage,
  type PlanesOutputMessage,
  type SentBackground,
} from '@elsewhere/web/internal';
import { greyFrame } from '../grey-frame.js';
import type { Shape } from './planes.js';

/**
 * Draws a background without anybody, by an engine that has no network and never gets a frame of the camera.
 *
 * @param request - What the engine loads.
 * @param background - The background.
 * @param shape - Of the processed frames.
 * @throws ElsewhereError if the engine cannot be loaded.
 */
export async function drawFallback(
  request: EngineRequest,
  background: SentBackground,
  shape: Shape,
): Promise<PlanarFrame> {
  const client = EngineClient.start({ ...request, onlyPlaceholders: true });
  try {
    await Promise.all([client.loaded, client.showBackground(background)]);
    client.post({ type: 'pause', paused: true });
    const [source, output] = [new MessageChannel(), new MessageChannel()];
    client.post(
      { type: 'start', session: 1, source: { kind: 'planes', port: source.port2 }, output: output.port2 },
      [source.port2, output.port2],
    );
    const frame = greyFrame(shape);
    return await new Promise<PlanarFrame>((resolve, reject) => {
      client.listener = { handleMessage: () => {}, handleFailure: reject };
      output.port1.onmessage = ({ data }: MessageEvent<PlanesOutputMessage>) => {
        if (data) resolve(data);
      };
      source.port1.postMessage({ type: 'frame', frame } satisfies PlanesMessage, [frame.data]);
    });
  } finally {
    client.close();
  }
}
