import type * as v from 'valibot';
import { parseForAccount } from '../../../model/checks.ts';
import { ApiError, pointer } from '../../../platform/errors.ts';
import { problemText } from '../../../platform/validation/problem-text.ts';
import type { MapContext, Mapped, Topic } from './source.ts';

/** A topic whose payload has a schema. A payload that does not fit is rejected with all of its problems. */
export const defineTopic =
  <Schema extends v.GenericSchema>(
    schema: Schema,
    map: (payload: v.InferOutput<Schema>, context: MapContext) => Mapped,
  ): Topic =>
  (payload, context) => {
    const { value, issues } = parseForAccount(context.settings, schema, payload);
    if (issues)
      throw new ApiError(
        'invalid',
        issues.map((issue) => ({
          detail: problemText(issue),
          source: { pointer: pointer((issue.path ?? []).map(({ key }) => String(key))) },
        })),
      );
    return map(value, context);
  };

/** A topic that says nothing that another one does not say as well. */
export const withoutEffect: Topic = () => ({});
