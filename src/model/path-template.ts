/**
 * Where the host stands in a Graphite path: `servers.{host}.{metric}`. Each node of a path is a word that
 * must be there, `*` for any one, `{host}` for the host's name; `{metric}` takes one or more.
 */
export interface PathTemplate {
  /** Before `{metric}` and after it: a word, or what may stand there. */
  readonly head: readonly TemplateNode[];
  readonly tail: readonly TemplateNode[];
}

type TemplateNode = { readonly kind: 'word'; readonly word: string } | { readonly kind: 'any' | 'host' };

export interface PathParts {
  readonly host: string;
  /** What `{metric}` stands for; words and `*` of the template are no part of it. */
  readonly metric: string;
}

const HOST = '{host}';
const METRIC = '{metric}';

/** A template, or what is wrong with it in words that follow the quoted text. */
export function parseTemplate(
  text: string,
): { readonly template: PathTemplate } | { readonly fault: string } {
  const nodes = text.split('.');
  for (const name of [HOST, METRIC]) {
    const times = nodes.filter((node) => node === name).length;
    if (times > 1) return { fault: `has ${name} more than once` };
    if (times === 0) {
      if (text.includes(name)) return { fault: `has ${name} beside other characters between two dots` };
      return { fault: `lacks ${name}` };
    }
  }
  for (const node of nodes) {
    if (node === '') return { fault: 'has two dots together, or one at an end' };
    if (node === HOST || node === METRIC || node === '*') continue;
    if (/[{}]/u.test(node)) return { fault: `has "${node}", which is neither ${HOST} nor ${METRIC}` };
    if (node.includes('*')) return { fault: `has "${node}": a * stands for a whole node` };
    if (/[\s;\p{Cc}]/u.test(node)) return { fault: `has "${node}", which no path has` };
  }
  const metric = nodes.indexOf(METRIC);
  const template = {
    head: nodes.slice(0, metric).map(nodeOf),
    tail: nodes.slice(metric + 1).map(nodeOf),
  };
  return { template };
}

function nodeOf(text: string): TemplateNode {
  if (text === '*') return { kind: 'any' };
  return text === HOST ? { kind: 'host' } : { kind: 'word', word: text };
}

/** Host and metric of a path, or undefined where the template does not fit it. */
export function applyTemplate({ head, tail }: PathTemplate, path: string): PathParts | undefined {
  const nodes = path.split('.');
  const rest = nodes.length - tail.length;
  if (rest <= head.length) return undefined;
  const start = matchNodes(head, nodes, 0);
  const end = matchNodes(tail, nodes, rest);
  if (start === undefined || end === undefined) return undefined;
  // It stands in one of the two.
  const host = start + end;
  const metric = nodes.slice(head.length, rest).join('.');
  return host === '' || metric === '' ? undefined : { host, metric };
}

/** The host among these nodes, '' where it is not; undefined: they do not fit. */
function matchNodes(
  template: readonly TemplateNode[],
  nodes: readonly string[],
  from: number,
): string | undefined {
  let host = '';
  for (const [i, node] of template.entries()) {
    const found = nodes[from + i] ?? '';
    if (node.kind === 'word' && node.word !== found) return undefined;
    if (node.kind === 'host') {
      if (found === '') return undefined;
      host = found;
    }
  }
  return host;
}
