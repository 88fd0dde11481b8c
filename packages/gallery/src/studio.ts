import { cover, falling, glow, vignette } from './brush/light.js';
import { soft } from './brush/soft.js';
import { defineBackground, moving, still } from './drawn-background.js';

/** A photographer's backdrop in slowly moving light. */
export const studio = defineBackground({
  id: 'studio',
  loop: 16,
  layers: [
    moving((context, turn) => {
      const around = (phase: number) => Math.sin(2 * Math.PI * (turn + phase));
      // It has no detail, so a small drawing is enough.
      soft(context, 24, (context) => {
        cover(
          context,
          falling(context, 0, 900, [
            [0, '#25304f'],
            [0.55, '#34406a'],
            [1, '#2b2748'],
          ]),
        );
        glow(context, 260 + 130 * around(0), 260 + 60 * around(0.2), 1150, 900, '#2f8fa8', 0.8);
        glow(context, 1380 + 110 * around(0.45), 420 + 70 * around(0.7), 1150, 900, '#f0a27c', 0.85);
        glow(context, 700 + 90 * around(0.8), 900 + 50 * around(0.1), 1100, 600, '#7a4f96', 0.7);
        glow(context, 1150, 330, 700, 520, '#ffe3c8', 0.22 + 0.05 * around(0.3));
      });
    }),
    still((context) => vignette(context, 0.3)),
  ],
});
