import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { fileContext } from '../../../lib/deploy/cdk.ts';
import {
  holdsData,
  holdsMessagesOrUsers,
  indexProblems,
  losses,
  readTemplate,
  type Template as Synthesised,
} from '../../../lib/deploy/templates/template-changes.ts';
import { makeApp } from '../../../lib/stacks/app.ts';
import { baselineSettings, readBaseline } from '../../../lib/templates/baseline.ts';

// Over the last release's templates, which `npm run baseline` writes at each release.
const baseline = readBaseline();
const { data, service, sftp } = makeApp(allServices, {
  context: { ...fileContext(), ...baselineSettings, 'aws:cdk:bundling-stacks': [] },
});
const next = new Map(
  [data, service, ...(sftp ? [sftp] : [])].map((stack) => [
    stack.stackName,
    readTemplate(JSON.stringify(Template.fromStack(stack))),
  ]),
);

/** All values of a template under this key, anywhere. */
const under = (key: string, value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key && typeof inner === 'string' ? [inner] : under(key, inner),
  );
};

test('a deployment over the last release replaces and removes nothing that holds data, messages or users', () => {
  expect([...baseline.keys()].toSorted()).toEqual(['Tributary-App', 'Tributary-Data', 'Tributary-Sftp']);
  for (const [stack, before] of baseline) {
    const after = next.get(stack);
    if (!after) throw new Error(`There is no ${stack} any more: what it held would be deleted.`);
    expect(losses(before, after).filter(({ type }) => holdsData(type) || holdsMessagesOrUsers(type))).toEqual([]);
    expect(indexProblems(before, after)).toEqual([]);
  }
});

test('exports still everything that the last release imports: CloudFormation removes no export in use', () => {
  const exported = under(
    'Name',
    Object.values(outputsOf(next.get('Tributary-Data'))).map((output) => Object(output).Export),
  );
  const imported = [...baseline].flatMap(([, template]) => under('Fn::ImportValue', template));
  expect(imported.length).toBeGreaterThan(0);
  expect([...new Set(imported)].filter((name) => !exported.includes(name))).toEqual([]);
});

const outputsOf = (template: Synthesised | undefined): object => Object(template?.Outputs);
