/** How somebody gets into a meeting with Elsewhere. */
export type Way = 'extension' | 'virtual-camera' | 'obs';

/** Where the meeting is: in a page of this browser, or in an app of its own. */
export type Place = 'browser' | 'app';

/** What the ways depend on. */
export interface Machine {
  readonly system: 'linux' | 'macos' | 'windows' | 'chromeos' | 'phone';
  /** The family of the browser. */
  readonly browser: 'chromium' | 'firefox' | 'other';
}

/** Systems by what their browsers call them. Phones, which also say Linux, let nothing in between camera and meeting. */
const SYSTEMS = [
  [/Android|iPhone|iPad/, 'phone'],
  [/CrOS/, 'chromeos'],
  [/Windows/, 'windows'],
  [/Macintosh/, 'macos'],
  [/Linux/, 'linux'],
] as const satisfies readonly (readonly [name: RegExp, system: Machine['system']])[];

/**
 * What a machine is.
 *
 * @param userAgent - What its browser says of itself.
 * @param touchPoints - How many fingers it can follow: a tablet of Apple's says that it is a Macintosh.
 */
export function machineOf(userAgent: string, touchPoints: number): Machine {
  const system = SYSTEMS.find(([name]) => name.test(userAgent))?.[1] ?? 'linux';
  const isTablet = system === 'macos' && touchPoints > 1;
  return {
    system: isTablet ? 'phone' : system,
    browser: /Chrome\//.test(userAgent) ? 'chromium' : /Firefox\//.test(userAgent) ? 'firefox' : 'other',
  };
}

/** The way that fits; `undefined` if there is none. */
export function wayInto(place: Place, { system, browser }: Machine): Way | undefined {
  if (system === 'phone') return undefined;
  if (place === 'browser' && browser !== 'other') return 'extension';
  switch (system) {
    case 'linux':
      return 'virtual-camera';
    case 'macos':
    case 'windows':
      return 'obs';
    case 'chromeos':
      return undefined;
  }
}
