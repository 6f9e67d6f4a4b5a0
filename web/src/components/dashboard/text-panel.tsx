import { PanelFrame } from './panel-frame.tsx';
import { paragraphsOf } from '../../fleet/dashboard.ts';
import type { Panel } from '../../../../src/contract/dashboard.ts';
import type { PanelScope } from './panel-scope.ts';

type TextPanelView = Extract<Panel, { type: 'text' }>;

/** Plain paragraphs; nothing in them is markup, addresses are links. */
export function TextPanel({ panel, scope }: { readonly panel: TextPanelView; readonly scope: PanelScope }) {
  return (
    <PanelFrame title={scope.words(panel.title)}>
      <div className="text-panel">
        {paragraphsOf(scope.words(panel.text)).map((pieces, i) => (
          // oxlint-disable-next-line react/no-array-index-key -- paragraphs have no other name.
          <p key={i}>
            {pieces.map(({ text, href }, k) =>
              href === null ? (
                text
              ) : (
                // oxlint-disable-next-line react/no-array-index-key -- nor have their pieces.
                <a key={k} href={href} target="_blank" rel="noopener noreferrer">
                  {text}
                </a>
              ),
            )}
          </p>
        ))}
      </div>
    </PanelFrame>
  );
}
