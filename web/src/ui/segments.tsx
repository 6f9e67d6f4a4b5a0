import { useId } from 'react';

/** A few alternatives of a form, one of them chosen. */
export function Segments<Id extends string>(props: {
  readonly label: string;
  readonly value: Id;
  readonly choices: readonly { readonly id: Id; readonly label: string }[];
  readonly onChange: (id: Id) => void;
}) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend>{props.label}</legend>
      {props.choices.map(({ id, label }) => (
        <label key={id} className="segment">
          <input type="radio" name={name} checked={id === props.value} onChange={() => props.onChange(id)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
