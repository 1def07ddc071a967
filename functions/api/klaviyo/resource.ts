import type { Context } from '../../domains/accounts/context.ts';
import { relationshipsFactory, resourceFactory } from '../../platform/http/resource/define.ts';
import { type ToMany, toMany as toManyOf } from '../../platform/http/resource/to-many.ts';
import { type ToOne, toOne as toOneOf } from '../../platform/http/resource/to-one.ts';
import { klaviyo } from './protocol.ts';

type Identified = { readonly id: string };

/** Makes the endpoints of a resource, by operation. Services without a resource do not load what it takes. */
export const defineResource = /* @__PURE__ */ resourceFactory(klaviyo);

/** Creates the endpoints of the relationships of a resource whose own endpoints are single routes. */
export const defineRelationships = /* @__PURE__ */ relationshipsFactory(klaviyo);

/** Declares a relationship to any number of resources. */
export const toMany = <Value extends Identified, One>(declared: ToMany<Value, One, Context>) => toManyOf(declared);

/** Declares a relationship to one resource, or none. */
export const toOne = <Value extends Identified, One>(declared: ToOne<Value, One, Context>) => toOneOf(declared);
