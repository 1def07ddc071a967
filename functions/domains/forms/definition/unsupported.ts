import * as v from 'valibot';

/**
 * Kinds of Klaviyo's format that have no meaning here, by `type`, with what to use instead. They are refused: a form
 * that silently lacks a part would be worse.
 */
export const unsupportedKinds = (kinds: Readonly<Record<string, string>>) =>
  Object.entries(kinds).map(([type, advice]) =>
    v.pipe(
      v.looseObject({ type: v.literal(type) }),
      v.check(() => false, `\`${type}\` is not supported. ${advice}`),
      // Never reached: the check always fails. It keeps the kind out of the output's type.
      v.transform((): never => {
        throw new Error(`${type} was accepted.`);
      }),
    ),
  );
