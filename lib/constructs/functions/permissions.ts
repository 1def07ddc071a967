import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  resources as declared,
  type ResourceName,
  resourceNames,
  resourceOf,
  type Use,
} from '../../../functions/platform/resources/resources.ts';
import type { EntryPoint } from '../../../functions/platform/service/lambda.ts';
import type { Domain } from '../../../functions/platform/service/service.ts';
import type { HostedResource, MadeOf, Using } from '../../resources/resource.ts';
import { resources } from '../../resources/resources.ts';

/** What one of a domain's functions may do, in the order of what it uses. */
export const permissionsOf = (domain: Domain, entryPoint: EntryPoint, of: MadeOf): PolicyStatement[] =>
  usesOf(domain, entryPoint).flatMap((use) => {
    const resource: HostedResource = resources[resourceOf(use)];
    return resource.grant(of(resource), use, domain);
  });

/** The resources whose names one of a domain's functions gets, each with what it uses of it. */
export const usingsOf = (domain: Domain, entryPoint: EntryPoint): readonly (readonly [HostedResource, Using])[] => {
  const uses = usesOf(domain, entryPoint);
  return resourceNames
    .map((name) => ({ name, uses: uses.filter((use) => resourceOf(use) === name) }))
    .filter(({ name, uses }) => uses.length > 0 || isTold(name))
    .map(({ name, uses }) => [resources[name], { domain, uses }]);
};

/** What opens at once reads its variables in every function. */
const isTold = (name: ResourceName): boolean => declared[name].opens === 'eagerly';

const usesOf = (
  { uses, workerUses = uses, exhaustedUses = ['table', 'queue'] }: Domain,
  entryPoint: EntryPoint,
): readonly Use[] => {
  if (entryPoint === 'exhausted') return exhaustedUses;
  return entryPoint === 'queue' || entryPoint === 'change' ? workerUses : uses;
};
