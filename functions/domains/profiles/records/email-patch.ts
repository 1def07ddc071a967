import * as v from 'valibot';
import { Email } from '../../../model/identity.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';

const MAX_PATCHED = 100;

const emails = v.nullish(
  v.object({
    email: v.nullish(
      boundedArray(Email, {
        max: MAX_PATCHED,
        tooMany: (count) => `${count} addresses; at most ${MAX_PATCHED} are allowed.`,
      }),
    ),
  }),
);

/** Adds e-mail addresses to a profile, or removes them. Its primary address is `attributes.email`. */
export const PatchIdentifiers = v.object({ append: emails, unappend: emails });

export interface EmailPatch {
  readonly append: readonly string[];
  readonly unappend: readonly string[];
}

export const emailPatchFrom = (
  patch: v.InferOutput<typeof PatchIdentifiers> | null | undefined,
): EmailPatch | undefined => {
  const append = patch?.append?.email ?? [];
  const unappend = patch?.unappend?.email ?? [];
  return append.length + unappend.length > 0 ? { append, unappend } : undefined;
};
