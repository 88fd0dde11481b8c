import type { ComponentChildren, FunctionComponent } from 'preact';
import type { Way } from './ways.js';

/** A picture of a step: 120 x 76, in the page's colours. */
function Picture({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="step-picture" viewBox="0 0 120 76" aria-hidden="true">
      {children}
    </svg>
  );
}

/** A window with its title bar. */
function Window({ children }: { readonly children?: ComponentChildren }) {
  return (
    <>
      <rect class="step-picture__sheet" x="8" y="8" width="104" height="60" rx="6" />
      <path class="step-picture__line" d="M8 20h104" />
      {[15, 21, 27].map((x) => (
        <circle key={x} class="step-picture__dot" cx={x} cy="14" r="1.8" />
      ))}
      {children}
    </>
  );
}

/** Somebody before a new background. */
function Person({ x, y, size }: { readonly x: number; readonly y: number; readonly size: number }) {
  return (
    <g transform={`translate(${x} ${y}) scale(${size})`}>
      <rect class="step-picture__place" x="-16" y="-12" width="32" height="24" rx="2" />
      <path class="step-picture__person" d="M-9 12c0-7 4-9 9-9s9 2 9 9z" />
      <circle class="step-picture__person" cx="0" cy="-3" r="4.6" />
    </g>
  );
}

/** The extension's mark: a piece of a puzzle. */
function Piece({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <path
      class="step-picture__mark"
      transform={`translate(${x} ${y})`}
      d="M-9-7h6a4 4 0 1 1 6 0h6v6a4 4 0 1 1 0 6v6H-9z"
    />
  );
}

/** A camera. */
function Camera({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <g class="step-picture__mark" transform={`translate(${x} ${y})`}>
      <rect x="-13" y="-8" width="18" height="16" rx="3" />
      <path d="M7-2l7-4v12l-7-4z" />
    </g>
  );
}

/** A list of cameras, the last one chosen. */
const Choice = () => (
  <Picture>
    <Window>
      <Person x={38} y={44} size={1.25} />
      <rect class="step-picture__menu" x="66" y="26" width="38" height="36" rx="4" />
      <path class="step-picture__line" d="M72 34h26M72 43h20" />
      <rect class="step-picture__chosen" x="69" y="49" width="32" height="9" rx="3" />
      <path class="step-picture__tick" d="M73 53.5l2 2 4-4M83 53.5h14" />
    </Window>
  </Picture>
);

const AddExtension = () => (
  <Picture>
    <Window>
      <Piece x={54} y={46} />
      <path class="step-picture__strong" d="M80 38v14M73 45h14" />
    </Window>
  </Picture>
);

const TurnOn = () => (
  <Picture>
    <Window>
      <rect class="step-picture__menu" x="52" y="24" width="52" height="38" rx="4" />
      <Person x={68} y={39} size={0.75} />
      <rect class="step-picture__chosen" x="86" y="35" width="14" height="8" rx="4" />
      <circle class="step-picture__knob" cx="96" cy="39" r="3" />
      <path class="step-picture__line" d="M58 55h40" />
      <circle class="step-picture__chosen" cx="100" cy="14" r="3.5" />
    </Window>
  </Picture>
);

const Meet = () => (
  <Picture>
    <Window>
      <Person x={36} y={44} size={1.25} />
      <rect class="step-picture__menu" x="66" y="26" width="36" height="16" rx="3" />
      <rect class="step-picture__menu" x="66" y="46" width="36" height="16" rx="3" />
    </Window>
  </Picture>
);

/** A terminal with a command. */
function Terminal({ children }: { readonly children: ComponentChildren }) {
  return (
    <Picture>
      <Window>
        <path class="step-picture__strong" d="M18 30l6 5-6 5M28 41h16" />
        {children}
      </Window>
    </Picture>
  );
}

const MakeCamera = () => (
  <Terminal>
    <Camera x={82} y={46} />
  </Terminal>
);

const StartCamera = () => (
  <Terminal>
    <Person x={78} y={44} size={1.25} />
  </Terminal>
);

const OpenWindow = () => (
  <Picture>
    <rect class="step-picture__sheet" x="8" y="8" width="76" height="46" rx="6" />
    <path class="step-picture__line" d="M8 18h76" />
    <rect class="step-picture__menu" x="44" y="26" width="68" height="42" rx="5" />
    <Person x={78} y={47} size={1.35} />
  </Picture>
);

const Capture = () => (
  <Picture>
    <Window>
      <Person x={72} y={42} size={1.25} />
      <rect class="step-picture__frame" x="50" y="25" width="44" height="34" rx="3" />
      <path class="step-picture__line" d="M16 30h20M16 40h20M16 50h20" />
    </Window>
  </Picture>
);

/** What each step of a way looks like. */
export const PICTURES: Readonly<
  Record<Way, readonly [FunctionComponent, FunctionComponent, FunctionComponent]>
> = {
  extension: [AddExtension, TurnOn, Meet],
  'virtual-camera': [MakeCamera, StartCamera, Choice],
  obs: [OpenWindow, Capture, Choice],
};
