import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { everyOption, resolved, synthesize } from '../../support/templates.ts';

const { ofType } = synthesize(everyOption);
const rules = ofType('AWS::Events::Rule');
const patterns = rules.map(({ id, properties }) => [id, JSON.stringify(resolved(properties.EventPattern))] as const);

test.each(patterns)("A quota that can't be raised.", (_, pattern) => {
  // EventBridge refuses several of these on one field as too complex.
  expect(pattern.length).toBeLessThanOrEqual(2_048);
  // every folder of a domain has exactly one rule
  expect(pattern).not.toMatch(/"(wildcard|suffix|anything-but|equals-ignore-case)":/);
});

test('Without the bucket, which comes first in paths of the SFTP server.', () => {
  for (const [on, source] of [
    ['upload', 'aws.s3'],
    ['transfer', 'aws.transfer'],
  ] as const) {
    const prefixes = allServices.flatMap(({ triggers }) =>
      triggers.flatMap((one) => (one.on === on ? [one.prefix] : [])),
    );
    const found = rules
      .filter(({ properties }) => properties.EventPattern.source[0] === source)
      .flatMap(({ properties }) => prefixesIn(resolved(properties.EventPattern.detail)));
    expect(found.toSorted()).toEqual([...new Set(prefixes)].toSorted());
  }
});

/** the policy of a queue fits SQS's limit of statements, and lets EventBridge send */
const prefixesIn = (detail: unknown): string[] => [
  ...new Set(
    [...JSON.stringify(detail).matchAll(/"prefix":"([^"]+)"/g)].map(([, prefix = '']) =>
      prefix.replace(/^\/r{63}\//, ''),
    ),
  ),
];

test("AWS's rule: levels need the format JSON. WARN keeps Lambda's own lines about failures.", () => {
  const policies = ofType('AWS::SQS::QueuePolicy').map(({ properties }) => properties.PolicyDocument.Statement);
  for (const statements of policies) expect(statements.length).toBeLessThanOrEqual(20);
  const allowing = policies.flat().filter(({ Effect }) => Effect === 'Allow');
  const targets = rules.flatMap(({ properties }) => properties.Targets);
  for (const { Arn, DeadLetterConfig } of targets)
    for (const arn of [Arn, DeadLetterConfig.Arn])
      expect(allowing).toContainEqual(
        expect.objectContaining({ Principal: { Service: 'events.amazonaws.com' }, Resource: arn }),
      );
});
