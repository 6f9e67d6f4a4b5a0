import { describe, expect, test } from 'vitest';
import { applyTemplate, parseTemplate } from '../../src/model/path-template.ts';

function apply(template: string, path: string) {
  const parsed = parseTemplate(template);
  if (!('template' in parsed)) throw new Error(parsed.fault);
  return applyTemplate(parsed.template, path);
}

describe('a path', () => {
  test.for([
    { template: 'servers.{host}.{metric}', path: 'servers.web1.cpu.idle', parts: ['web1', 'cpu.idle'] },
    { template: 'servers.{host}.{metric}', path: 'servers.web1.load', parts: ['web1', 'load'] },
    { template: 'servers.{host}.{metric}', path: 'servers.web1', parts: undefined },
    { template: 'servers.{host}.{metric}', path: 'stats.web1.load', parts: undefined },
    { template: 'servers.{host}.{metric}', path: 'servers..load', parts: undefined },
    { template: 'servers.{host}.{metric}', path: 'servers.web1.', parts: undefined },
    { template: '*.{host}.{metric}', path: 'prod.web1.load', parts: ['web1', 'load'] },
    { template: '{metric}.{host}', path: 'cpu.idle.web1', parts: ['web1', 'cpu.idle'] },
    { template: '{host}.*.{metric}.avg', path: 'web1.x.a.b.avg', parts: ['web1', 'a.b'] },
    { template: '{host}.*.{metric}.avg', path: 'web1.x.avg', parts: undefined },
    { template: '{host}.{metric}', path: 'web1.a..b', parts: ['web1', 'a..b'] },
  ])('$path by $template', ({ template, path, parts }) => {
    const found = apply(template, path);
    expect(found && [found.host, found.metric]).toEqual(parts);
  });
});

describe('a template that is wrong', () => {
  test.for([
    { template: '{host}.cpu', fault: 'lacks {metric}' },
    { template: 'a.{metric}', fault: 'lacks {host}' },
    { template: '{host}.{host}.{metric}', fault: 'has {host} more than once' },
    { template: 'srv-{host}.{metric}', fault: 'has {host} beside other characters between two dots' },
    { template: 'a..{host}.{metric}', fault: 'has two dots together, or one at an end' },
    { template: '{host}.{metric}.', fault: 'has two dots together, or one at an end' },
    { template: '{host}.{dc}.{metric}', fault: 'has "{dc}", which is neither {host} nor {metric}' },
    { template: 'web*.{host}.{metric}', fault: 'has "web*": a * stands for a whole node' },
    { template: 'a b.{host}.{metric}', fault: 'has "a b", which no path has' },
  ])('$template', ({ template, fault }) => {
    expect(parseTemplate(template)).toEqual({ fault });
  });
});
