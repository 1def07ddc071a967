import { expect, test } from 'vitest';
import { allServices } from '../../../functions/services.ts';
import { everyOption, resolved, synthesize } from '../../support/templates.ts';

const { ofType } = synthesize(everyOption);
const rules = ofType('AWS::Events::Rule');
const patterns = rules.map(({ id, properties }) => [id, JSON.stringify(resolved(properties.EventPattern))] as const);

test.each(patterns)('EventBridge accepts the pattern of %s', (_, pattern) => {
  // A quota that can't be raised.
  expect(pattern.length).toBeLessThanOrEqual(2_048);
  // EventBridge refuses several of these on one field as too complex.
  expect(pattern).not.toMatch(/"(wildcard|suffix|anything-but|equals-ignore-case)":/);
});

test('every folder of a domain has exactly one rule', () => {
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

/** Without the bucket, which comes first in paths of the SFTP server. */
const prefixesIn = (detail: unknown): string[] => [
  ...new Set(
    [...JSON.stringify(detail).matchAll(/"prefix":"([^"]+)"/g)].map(([, prefix = '']) =>
      prefix.replace(/^\/r{63}\//, ''),
    ),
  ),
];

test("the policy of a queue fits SQS's limit of statements, and lets EventBridge send", () => {
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
