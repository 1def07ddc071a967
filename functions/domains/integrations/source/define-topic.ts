import type * as v from 'valibot';
import type { Account } from '../../../model/account.ts';
import { parseForAccount } from '../../../model/checks.ts';
import { ApiError, pointer } from '../../../platform/errors.ts';
import { issueProblem } from '../../../platform/validation/issue-problem.ts';
import type { MapContext, Mapped, Topic } from './source.ts';

/** Reads a payload, or a part of one. @throws ApiError `invalid` with every problem */
export const readPayload = <Schema extends v.GenericSchema>(
  schema: Schema,
  payload: unknown,
  settings: Account,
): v.InferOutput<Schema> => {
  const { value, issues } = parseForAccount(settings, schema, payload);
  if (issues)
    throw new ApiError(
      'invalid',
      issues.map((issue) => issueProblem(issue, (path) => ({ pointer: pointer(path) }))),
    );
  return value;
};

/** A topic whose payload has a schema. A payload that does not fit is rejected with all of its problems. */
export const defineTopic =
  <Schema extends v.GenericSchema>(
    schema: Schema,
    map: (payload: v.InferOutput<Schema>, context: MapContext) => Mapped | Promise<Mapped>,
  ): Topic =>
  (payload, context) =>
    map(readPayload(schema, payload, context.settings), context);

/** A topic that says nothing that another one does not say as well. */
export const withoutEffect: Topic = () => ({});
