import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { VariablesFor } from '../../functions/platform/resources/env.ts';
import type { ResourceName, UseOf } from '../../functions/platform/resources/resources.ts';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * The half of a resource that CDK makes. `functions/platform/resources/` has the other half by the same name. Its
 * members are methods, so that one list can hold resources of different types.
 */
export interface HostedResource<Name extends ResourceName = ResourceName, Made = unknown> {
  /**
   * The module of its client in `functions/`, if that is loaded lazily. It shares only types with other code, since it
   * is bundled separately, for services that use the resource.
   */
  readonly client?: string;
  /** Makes the resource in the data stack, once a deployment, even if no service uses it. */
  construct(stack: Stack, construction: Construction): Made;
  /** The variables that the other half declares, for a function. */
  environment(made: Made, usage: Usage<Name>): VariablesFor<Name>;
  /** The permissions of one use. Every action is named, and `functions/` calls it. */
  grant(made: Made, use: UseOf<Name>, service: ServiceDeclaration): PolicyStatement[];
  /** The wildcards in these statements, for reviewers. @default none */
  wildcards?(made: Made, usage: Usage<Name>): Wildcards;
  /** Constructs that a setting or service may remove or replace (ADR 29). @default none: references keep them */
  removable?(made: Made): IConstruct[];
}

export interface Construction {
  readonly settings: Settings;
  readonly services: readonly ServiceDeclaration[];
  readonly of: MadeOf;
}

/** Returns what was made for a resource. */
export type MadeOf = <Made>(resource: HostedResource<ResourceName, Made>) => Made;

/** A function's uses of the resource. */
export interface Usage<Name extends ResourceName = ResourceName> {
  readonly service: ServiceDeclaration;
  readonly uses: readonly UseOf<Name>[];
}

export interface Wildcards {
  /** Their names in cdk-nag. */
  readonly names: readonly string[];
  readonly reason: string;
}

/** Makes each resource at its first use, since some need others. */
export const resourcesIn = (stack: Stack, construction: Omit<Construction, 'of'>): MadeOf => {
  const all = new Map<HostedResource, unknown>();
  const of: MadeOf = <Made>(resource: HostedResource<ResourceName, Made>) => {
    if (!all.has(resource)) all.set(resource, resource.construct(stack, { ...construction, of }));
    // This resource made it.
    return all.get(resource) as Made;
  };
  return of;
};
