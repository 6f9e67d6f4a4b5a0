import { rangeWords } from '../../fleet/problem.ts';
import { exactQuantity } from '../../format/exact.ts';
import { formatQuantity, UNKNOWN } from '../../format/number.ts';
import { quantityOf } from '../../format/quantity.ts';
import type { PerformanceView, ServiceDetail } from '../../../../src/contract/api.ts';

/** What a plugin or a passive result measured last: its performance data, as numbers. */
export function PerformanceCard({ detail }: { readonly detail: ServiceDetail }) {
  if (detail.performance.length === 0) return null;
  return (
    <section className="card card-flush" aria-label="Performance data">
      <div className="card-head">
        <h2>Performance data</h2>
      </div>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="Performance data, as a table">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col" className="right">
                Value
              </th>
              <th scope="col" className="right">
                Warning
              </th>
              <th scope="col" className="right">
                Critical
              </th>
              <th scope="col" className="right wide-only">
                Min – max
              </th>
            </tr>
          </thead>
          <tbody>
            {detail.performance.map((item) => (
              <Item key={item.label} item={item} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Item({ item }: { readonly item: PerformanceView }) {
  const { label, value, uom, warning, critical, min, max } = item;
  const quantity = quantityOf('', uom);
  const bound = (end: number | null) => (end === null ? '…' : formatQuantity(end, quantity));
  return (
    <tr>
      <th scope="row" className="mono">
        <bdi>{label}</bdi>
      </th>
      <td className="mono right" title={exactQuantity(value, quantity)}>
        {formatQuantity(value, quantity)}
      </td>
      <td className="mono right">{limitWords(warning, uom)}</td>
      <td className="mono right">{limitWords(critical, uom)}</td>
      <td className="mono right wide-only">
        {min === null && max === null ? UNKNOWN : `${bound(min)} – ${bound(max)}`}
      </td>
    </tr>
  );
}

/** `above 0.5 s`; the unit only where it stands behind a number. */
function limitWords(range: string, uom: string): string {
  if (range === '') return UNKNOWN;
  const words = rangeWords(range);
  return uom !== '' && words !== range ? `${words} ${uom}` : words;
}
