import { actorOf } from '../../domains/accounts/audit/actor.ts';
import type { Context } from '../../domains/accounts/context.ts';
import type { AdministrativeChange } from '../../platform/administrative-change.ts';
import { relationshipsFactory, resourceFactory } from '../../platform/http/resource/define.ts';
import { type ToMany, toMany as toManyOf } from '../../platform/http/resource/to-many.ts';
import { type ToOne, toOne as toOneOf } from '../../platform/http/resource/to-one.ts';
import { klaviyo } from './protocol.ts';

type WithId = { readonly id: string };

/** Records a change in the account's audit log, with the key of the caller. */
export const recordByKey = async <Result>(change: AdministrativeChange<Result>, context: Context): Promise<Result> => {
  // Settings change rarely, and every request would pay for code that is loaded at the start.
  const { recordChange } = await import('../../domains/accounts/audit/record.ts');
  return recordChange(change, { ...context, actor: actorOf(context.caller) });
};

/**
 * Defines a resource and returns its endpoints, by operation. Marked as pure, so that bundles without resources do not
 * include it.
 */
export const defineResource = /* @__PURE__ */ resourceFactory(klaviyo, recordByKey);

/** Creates the relationship endpoints of a resource whose own endpoints are single routes. */
export const defineRelationships = /* @__PURE__ */ relationshipsFactory(klaviyo);

/** Declares a to-many relationship. */
export const toMany = <Value extends WithId, One>(declaration: ToMany<Value, One, Context>) => toManyOf(declaration);

/** Declares a to-one relationship. */
export const toOne = <Value extends WithId, One>(declaration: ToOne<Value, One, Context>) => toOneOf(declaration);
