import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeTag,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { type ComponentChildren, h, type VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * The editor's controls for our pages: the one module that knows @vscode/webview-ui-toolkit, so that
 * another library can take its place here.
 */
provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeTag(),
  vsCodeTextField(),
);

/** An element of the library: its attributes and properties are its own, unknown to JSX. */
function element(tag: string, props: Record<string, unknown>, children?: ComponentChildren): VNode {
  return h(tag, props, children) as VNode;
}

export interface ButtonProps {
  children: ComponentChildren;
  onClick: () => void;
  primary?: boolean;
  disabled?: boolean;
  /** Of a button that stays down: whether it is. */
  pressed?: boolean;
  /** For a reader that does not see the button, where its text alone does not say it. */
  label?: string;
  title?: string;
  id?: string;
}

export function Button(props: ButtonProps): VNode {
  const { children, onClick, primary, disabled, pressed, label, title, id } = props;
  const appearance = primary || pressed ? 'primary' : 'secondary';
  const own = { id, appearance, title, disabled: disabled ?? false, 'aria-label': label };
  return element('vscode-button', { ...own, 'aria-pressed': pressed, onClick }, children);
}

export interface Choice {
  value: string;
  label: string;
}

interface ValueElement extends HTMLElement {
  value: string;
}

interface DropdownProps {
  label: string;
  value: string;
  choices: readonly Choice[];
  onChoose: (value: string) => void;
}

export function Dropdown({ label, value, choices, onChoose }: DropdownProps): VNode {
  const dropdown = useRef<ValueElement>(null);
  const known = choices.map((choice) => choice.value).join('\n');
  useEffect(() => {
    // The element takes its options in a moment after they are there.
    const frame = requestAnimationFrame(() => {
      if (dropdown.current && dropdown.current.value !== value) dropdown.current.value = value;
    });
    return () => cancelAnimationFrame(frame);
  }, [value, known]);
  const choose = (event: Event) => {
    const chosen = (event.currentTarget as ValueElement).value;
    // The element also says "change" when its options are replaced.
    if (chosen !== value && choices.some((choice) => choice.value === chosen)) onChoose(chosen);
  };
  const options = choices.map((choice) =>
    h(
      'vscode-option',
      { key: choice.value, value: choice.value, selected: choice.value === value },
      choice.label,
    ),
  );
  return element('label', { class: 'picker' }, [
    element('span', {}, label),
    h('vscode-dropdown', { ref: dropdown, 'aria-label': label, onChange: choose }, options),
  ]);
}

interface TextFieldProps {
  label: string;
  value: string;
  onInput?: (value: string) => void;
  onChange?: (value: string) => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  placeholder?: string;
  id?: string;
  /** The label is read out but not shown. */
  hideLabel?: boolean;
  size?: number;
}

export function TextField(props: TextFieldProps): VNode {
  const { label, value, onInput, onChange, onKeyDown, placeholder, id, hideLabel, size } = props;
  const own = useRef<ValueElement>(null);
  // The element calls itself "Text field" when it comes into the page, whatever name it had.
  useEffect(() => own.current?.setAttribute('aria-label', label), [label]);
  const read = (handler: ((value: string) => void) | undefined) => (event: Event) =>
    handler?.((event.currentTarget as ValueElement).value);
  const field = element('vscode-text-field', {
    ref: own,
    id,
    value,
    placeholder,
    size,
    onInput: read(onInput),
    onChange: read(onChange),
    onKeyDown,
  });
  return hideLabel ? field : element('label', { class: 'picker' }, [element('span', {}, label), field]);
}

interface CheckboxProps {
  label: string;
  checked: boolean;
  onToggle: (checked: boolean) => void;
}

export function Checkbox({ label, checked, onToggle }: CheckboxProps): VNode {
  const toggle = (event: Event) => {
    const now = (event.currentTarget as HTMLInputElement).checked;
    if (now !== checked) onToggle(now);
  };
  return element('vscode-checkbox', { checked, onChange: toggle }, label);
}

export function Tag({ children }: { children: ComponentChildren }): VNode {
  return element('vscode-tag', {}, children);
}

/** Whether a key was pressed in something that takes text or has its own keys. */
export function typesInto(event: KeyboardEvent): boolean {
  return event.composedPath().some((node) => {
    if (!(node instanceof HTMLElement)) return false;
    return /^(input|textarea|select|vscode-text-field|vscode-dropdown)$/i.test(node.localName);
  });
}
