import type { JSX } from 'preact';

interface SliderProps {
  label: string;
  value: number;
  greatest: number;
  step: number;
  onSlide: (value: number) => void;
  unit?: string;
  disabled?: boolean;
  /** Beside the value. */
  note?: string;
  hideLabel?: boolean;
}

/** A number to drag, or to move by the arrow keys: the browser's own range, so that keys and readers know it. */
export function Slider(props: SliderProps): JSX.Element {
  const { label, value, greatest, step, onSlide, unit = '', disabled, note, hideLabel } = props;
  const said = `${Number(value.toFixed(2))}${unit}`;
  return (
    <label class="slider">
      {!hideLabel && <span class="dim">{label}</span>}
      <input
        type="range"
        aria-label={label}
        min={0}
        max={greatest}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={said}
        onInput={(event) => onSlide(Number(event.currentTarget.value))}
      />
      <span class="numbers value">
        {said}
        {note && <span class="dim"> · {note}</span>}
      </span>
    </label>
  );
}
