import { useEffect, useRef, useState } from 'react';
import type { State } from '../events.js';
import {
  DEFAULT_BACKGROUND,
  DEFAULT_OPTIONS,
  type VirtualBackgroundOptions,
  type WebBackground,
} from '../options.js';
import { VirtualBackground } from '../virtual-background.js';
import { isAlike } from './alike.js';

/** What {@link useVirtualBackground} returns. */
export interface UsedVirtualBackground {
  /** The processed track; `undefined` until there is one. It ends when the component is unmounted or the camera changes. */
  readonly track: MediaStreamTrack | undefined;
  /** The present state; `starting` until everything is prepared, `failed` if that is not possible. */
  readonly state: State;
  /** The last error; `undefined` again once frames are processed. */
  readonly error: Error | undefined;
  /** The object itself, for its statistics and for `pause()`; `undefined` until it is prepared. The hook disposes of it. */
  readonly virtualBackground: VirtualBackground | undefined;
}

/**
 * Replaces the background of a camera's track for as long as the component is mounted.
 *
 * Options may be written inline: they are compared by their contents. A new `background` and new live options are applied to
 * the running track; a new `model`, `keep`, `backend` or `assets` restarts it.
 *
 * @example
 * ```tsx
 * import { useVirtualBackground } from '@elsewhere/web/react';
 *
 * export function Camera({ camera, mirror }: { camera: MediaStreamTrack | undefined; mirror: boolean }) {
 *   const { track, state, error } = useVirtualBackground(camera, {
 *     assets: '/elsewhere/',
 *     background: { type: 'blur', strength: 0.6 },
 *     mirror,
 *   });
 *   const show = (video: HTMLVideoElement | null) => {
 *     if (video) video.srcObject = track ? new MediaStream([track]) : null;
 *   };
 *   return error ? <p>{error.message}</p> : <video ref={show} aria-label={state} autoPlay muted playsInline />;
 * }
 * ```
 *
 * @param camera - The camera's track, which stays the caller's; `undefined` as long as there is none.
 * @param options - As for `VirtualBackground.create`.
 */
export function useVirtualBackground(
  camera: MediaStreamTrack | undefined,
  options: Omit<VirtualBackgroundOptions, 'signal'> = {},
): UsedVirtualBackground {
  const { model, keep, backend, assets, background: given = DEFAULT_BACKGROUND, ...live } = options;
  const setup = useSteady({
    ...(model !== undefined && { model }),
    ...(keep !== undefined && { keep }),
    ...(backend !== undefined && { backend }),
    ...(assets !== undefined && { assets }),
  });
  const background = useSteady(given);
  const changes = useSteady({ ...DEFAULT_OPTIONS, ...live });
  const latest = useRef({ background, changes });
  latest.current = { background, changes };
  /** What the object was asked for last. */
  const asked = useRef<WebBackground>(background);
  /** With what it could not be made. */
  const failed = useRef<typeof latest.current>(undefined);
  const [attempt, setAttempt] = useState(0);

  const [virtualBackground, setVirtualBackground] = useState<VirtualBackground>();
  const [track, setTrack] = useState<MediaStreamTrack>();
  const [state, setState] = useState<State>('starting');
  const [error, setError] = useState<Error>();

  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    const used = latest.current;
    asked.current = used.background;
    failed.current = undefined;
    setState('starting');
    setError(undefined);
    // Aborted later, the signal disposes of the object.
    VirtualBackground.create({ ...setup, ...used.changes, background: used.background, signal }).then(
      (created) => {
        if (signal.aborted) return;
        created.addEventListener(
          'statechange',
          ({ state, error }) => {
            setState(state);
            setError(error);
          },
          { signal },
        );
        created.addEventListener('error', ({ error }) => setError(error), { signal });
        setState(created.state);
        setVirtualBackground(created);
      },
      (reason) => {
        if (signal.aborted) return;
        // What has failed may not be what is asked for any more.
        if (isAlike(used, latest.current)) {
          failed.current = used;
          setState('failed');
          setError(asError(reason));
        } else setAttempt(attempt + 1);
      },
    );
    return () => {
      gone.abort();
      setVirtualBackground(undefined);
    };
  }, [setup, attempt]);

  useEffect(() => {
    if (failed.current && !isAlike(failed.current, { background, changes })) setAttempt(attempt + 1);
  }, [background, changes, attempt]);

  // Before the track is processed: its first frame has what is asked for here.
  useEffect(() => {
    if (!virtualBackground || asked.current === background) return;
    asked.current = background;
    const outdated = new AbortController();
    virtualBackground.setBackground(background, { signal: outdated.signal }).catch((reason) => {
      if (!outdated.signal.aborted) setError(asError(reason));
    });
    return () => outdated.abort();
  }, [virtualBackground, background]);

  useEffect(() => {
    try {
      virtualBackground?.setOptions(changes);
    } catch (reason) {
      setError(asError(reason));
    }
  }, [virtualBackground, changes]);

  useEffect(() => {
    if (!virtualBackground || !camera) return;
    try {
      const processed = virtualBackground.process(camera);
      setTrack(processed);
      return () => {
        processed.stop();
        setTrack(undefined);
      };
    } catch (reason) {
      setError(asError(reason));
      return;
    }
  }, [virtualBackground, camera]);

  return { track, state, error, virtualBackground };
}

/** The value of an earlier rendering, as long as this one's has the same contents. */
function useSteady<Value>(value: Value): Value {
  const [steady, setSteady] = useState(value);
  if (isAlike(steady, value)) return steady;
  setSteady(value);
  return value;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
