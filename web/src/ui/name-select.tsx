/** One of some names, or all of them: `''`. A name that is not among them (any more) is offered too. */
export function NameSelect(props: {
  readonly label: string;
  /** Words for all of them. */
  readonly all: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly onChange: (name: string) => void;
  /** What is read of a name; itself without. */
  readonly labelOf?: (name: string) => string;
}) {
  const { label, all, names, value, onChange, labelOf = String } = props;
  const offered = value === '' || names.includes(value) ? names : [value, ...names];
  return (
    <label className="name-select">
      <span className="sub">{label}</span>
      <select className="select" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{all}</option>
        {offered.map((name) => (
          <option key={name} value={name}>
            {labelOf(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
