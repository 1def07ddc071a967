import { CfnResource, TagManager } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { everyOption, synthesize } from '../../support/templates.ts';

const { app, all } = synthesize(everyOption);

/** A global table has tags by replica, which CDK keeps elsewhere. */
const taggedByReplica = 'AWS::DynamoDB::GlobalTable';
const taggable = new Set([
  taggedByReplica,
  ...app.node
    .findAll()
    .flatMap((one) => (CfnResource.isCfnResource(one) && TagManager.of(one) ? [one.cfnResourceType] : [])),
]);

test('every taggable resource has the cost tags', () => {
  const untagged = all.filter(({ type, properties }) => {
    const tags: unknown = type === taggedByReplica ? properties.Replicas[0].Tags : properties.Tags;
    return taggable.has(type) && !isTagged(tags);
  });
  expect(taggable.size).toBeGreaterThan(10);
  expect(untagged.map(({ id }) => id)).toEqual([]);
});

/** Some resources have a list of tags, others an object. */
const isTagged = (tags: unknown): boolean => {
  const byName = Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
  return JSON.stringify(byName) === JSON.stringify({ application: 'Tributary', deployment: everyOption.name });
};
