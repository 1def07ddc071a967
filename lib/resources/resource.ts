import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { VariablesFor } from '../../functions/platform/resources/env.ts';
import type { ResourceName, UseOf } from '../../functions/platform/resources/resources.ts';
import type { Domain } from '../../functions/platform/service/service.ts';
import type { Settings } from '../settings/settings.ts';

/**
 * The half of a resource that CDK makes. `functions/platform/resources/` has the other, by the same name. The
 * others are methods, which lets resources of different kinds stand in one list.
 */
export interface HostedResource<Name extends ResourceName = ResourceName, Made = unknown> {
  /**
   * In `functions/`: the module of its client, where that is loaded when first needed. It shares nothing with the rest
   * but types, since it's bundled by itself, and only for services that use the resource.
   */
  readonly client?: string;
  /** Made once a deployment, in the stack that holds data, whether a service uses it or not. */
  construct(stack: Stack, construction: Construction): Made;
  /** What tells a function of it: the variables that the other half declares. */
  environment(made: Made, using: Using<Name>): VariablesFor<Name>;
  /** What a function may do by one of its uses: every action is named, and is one that `functions/` calls. */
  grant(made: Made, use: UseOf<Name>, domain: Domain): PolicyStatement[];
  /** Wildcards in these statements, for a reviewer. @default there are none */
  stars?(made: Made, using: Using<Name>): Stars;
  /** What may go away, or be replaced, with a setting or a service (ADR 29). @default all is bound by those who use it */
  unbound?(made: Made): IConstruct[];
}

export interface Construction {
  readonly settings: Settings;
  readonly domains: readonly Domain[];
  readonly of: MadeOf;
}

/** What was made for a resource. */
export type MadeOf = <Made>(resource: HostedResource<ResourceName, Made>) => Made;

/** One function of a service, and what it does with the resource. */
export interface Using<Name extends ResourceName = ResourceName> {
  readonly domain: Domain;
  readonly uses: readonly UseOf<Name>[];
}

export interface Stars {
  /** As cdk-nag names them. */
  readonly names: readonly string[];
  readonly reason: string;
}

/** Makes each resource when it's first asked for: some are made of others. */
export const resourcesIn = (stack: Stack, given: Omit<Construction, 'of'>): MadeOf => {
  const all = new Map<HostedResource, unknown>();
  const of: MadeOf = <Made>(resource: HostedResource<ResourceName, Made>) => {
    if (!all.has(resource)) all.set(resource, resource.construct(stack, { ...given, of }));
    // It was made by this very resource.
    return all.get(resource) as Made;
  };
  return of;
};
