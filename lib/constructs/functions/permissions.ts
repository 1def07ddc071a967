import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  resources as declared,
  type ResourceName,
  resourceNames,
  resourceOf,
  type Use,
} from '../../../functions/platform/resources/resources.ts';
import type { EntryPoint } from '../../../functions/platform/service/lambda.ts';
import type { ServiceDeclaration } from '../../../functions/platform/service/service.ts';
import type { HostedResource, MadeOf, Usage } from '../../resources/resource.ts';
import { resources } from '../../resources/resources.ts';

/** The permissions of one of a service's functions, in the order of its uses. */
export const permissionsOf = (service: ServiceDeclaration, entryPoint: EntryPoint, of: MadeOf): PolicyStatement[] =>
  usesOf(service, entryPoint).flatMap((use) => {
    const resource: HostedResource = resources[resourceOf(use)];
    return resource.grant(of(resource), use, service);
  });

/** The resources whose variables a function gets, each with its uses. */
export const resourceUsesOf = (
  service: ServiceDeclaration,
  entryPoint: EntryPoint,
): readonly (readonly [HostedResource, Usage])[] => {
  const uses = usesOf(service, entryPoint);
  return resourceNames
    .map((name) => ({ name, uses: uses.filter((use) => resourceOf(use) === name) }))
    .filter(({ name, uses }) => uses.length > 0 || isAlwaysPassed(name))
    .map(({ name, uses }) => [resources[name], { service, uses }]);
};

/** Every function reads the variables of resources that open at once. */
const isAlwaysPassed = (name: ResourceName): boolean => declared[name].opens === 'eagerly';

const usesOf = (
  { uses, workerUses = uses, exhaustedUses = ['table', 'queue'] }: ServiceDeclaration,
  entryPoint: EntryPoint,
): readonly Use[] => {
  if (entryPoint === 'exhausted') return exhaustedUses;
  return entryPoint === 'queue' || entryPoint === 'change' ? workerUses : uses;
};
