import { useId } from 'preact/hooks';

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  /** Values with their labels. */
  readonly options: readonly (readonly [value: Value, name: string])[];
  readonly onChange: (value: Value) => void;
}

/** A choice of one value. */
export function Select<Value extends string>({ label, value, options, onChange }: SelectProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <select
        class="select"
        id={id}
        value={value}
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.value as Value;
          // Shows the current value, because the user can cancel some choices.
          currentTarget.value = value;
          onChange(chosen);
        }}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
