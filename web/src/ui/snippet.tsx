import { useState } from 'react';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Lines to paste elsewhere. `label`: what they are, `the command`. */
export function Snippet({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const Icon = copied ? IconCheck : IconCopy;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Refused, as to a page without TLS: the lines can still be marked and copied.
    }
  };
  return (
    <div className="snippet-frame" onPointerLeave={() => setCopied(false)}>
      <pre className="snippet" tabIndex={0} aria-label={label}>
        {text}
      </pre>
      {window.isSecureContext && (
        <button type="button" className="button button-bare" onClick={() => void copy()}>
          <Icon size={16} aria-hidden="true" />
          <span role="status" className="hidden-text">
            {copied ? 'Copied' : ''}
          </span>
          <span className="hidden-text">Copy {label}</span>
        </button>
      )}
    </div>
  );
}
