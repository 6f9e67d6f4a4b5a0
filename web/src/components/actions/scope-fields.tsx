import { Segments } from '../../ui/segments.tsx';
import type { Change } from './action-dialog.tsx';
import type { ActionForm, ActionTarget, Scope } from '../../fleet/action.ts';

interface FieldsProps {
  readonly target: ActionTarget;
  readonly form: ActionForm;
  readonly change: Change;
}

/** What it covers: what was chosen, the whole hosts, or whatever has such names. */
export function ScopeFields({ target, form, change }: FieldsProps) {
  const scopes = scopesOf(target);
  return (
    <>
      {scopes.length > 1 && (
        <Segments
          label="What it covers"
          value={form.scope}
          choices={scopes}
          onChange={(scope) => change({ scope })}
        />
      )}
      {form.scope === 'pattern' && <PatternFields target={target} form={form} change={change} />}
    </>
  );
}

function scopesOf({ kind, services }: ActionTarget): { id: Scope; label: string }[] {
  if (services.length === 0) return [{ id: 'pattern', label: 'By name' }];
  const chosen = services.length === 1 ? 'This service' : `These ${services.length}`;
  const ofHosts = services.every(({ host }) => host !== '');
  const hosts = new Set(services.map(({ cluster, host }) => `${cluster}/${host}`)).size;
  return [
    { id: 'chosen', label: chosen },
    ...(ofHosts && kind !== 'acknowledge'
      ? [{ id: 'hosts' as const, label: hosts === 1 ? 'The whole host' : `The ${hosts} hosts whole` }]
      : []),
    { id: 'pattern', label: 'By name' },
  ];
}

const PATTERNS = [
  { name: 'cluster', label: 'Cluster', placeholder: 'any' },
  { name: 'host', label: 'Host', placeholder: 'any, or web-0[1-4]' },
  { name: 'service', label: 'Service', placeholder: 'any, or disk.*' },
] as const;

function PatternFields({ target, form, change }: FieldsProps) {
  return (
    <div className="pattern-fields">
      {PATTERNS.map(({ name, label, placeholder }) => (
        <label key={name} className="mark-field">
          <span>{label}</span>
          <span className="field">
            <input
              value={form[name]}
              placeholder={placeholder}
              maxLength={4000}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => change({ [name]: event.currentTarget.value })}
            />
          </span>
        </label>
      ))}
      {target.kind === 'silence' && (
        <label className="mark-field">
          <span>Severity</span>
          <select
            className="select"
            value={form.severity}
            onChange={(event) => change({ severity: event.currentTarget.value })}
          >
            <option value="">any</option>
            <option value="warning">warning</option>
            <option value="critical">critical</option>
            <option value="unknown">unknown</option>
            <option value="warning|unknown">all but critical</option>
          </select>
        </label>
      )}
      <p className="sub">Regular expressions over whole names; what is left empty is any.</p>
    </div>
  );
}
