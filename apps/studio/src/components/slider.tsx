import { useId } from 'preact/hooks';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** Formats the value. */
  readonly format?: (value: number) => string;
  readonly onInput: (value: number) => void;
}

/** A number in a range. */
export function Slider({
  label,
  value,
  min = 0,
  max = 1,
  step = 0.01,
  format = percent,
  onInput,
}: SliderProps) {
  const id = useId();
  const place = (each: number) => `${(100 * (each - min)) / (max - min)}%`;
  // The filled part is between 0 and the value, wherever 0 is.
  const zero = Math.max(min, 0);
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <output class="field__value" for={id}>
        {format(value)}
      </output>
      <input
        class="slider"
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={format(value)}
        style={{ '--from': place(Math.min(zero, value)), '--to': place(Math.max(zero, value)) }}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

/** 0.5 as `50 %`. */
export function percent(value: number): string {
  return `${Math.round(100 * value)} %`;
}
