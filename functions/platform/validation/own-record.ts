import * as v from 'valibot';

type Entries<
  Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  Value extends v.GenericSchema,
> = ReturnType<typeof v.record<Key, Value>>;

/**
 * Like `v.record`, which drops members named `constructor`, `prototype` and `__proto__`. Here they are ordinary names
 * of columns and properties.
 */
export const ownRecord = <
  const Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  const Value extends v.GenericSchema,
>(
  key: Key,
  value: Value,
): Entries<Key, Value> => {
  const base = v.record(key, value);
  const run: Entries<Key, Value>['~run'] = (dataset, config) => {
    const input = dataset.value;
    if (typeof input !== 'object' || input === null) return base['~run'](dataset, config);
    // Copied once: a copy for each member would take quadratic time.
    const copy = { ...input };
    const issues: v.BaseIssue<unknown>[] = [];
    const members: (readonly [string, unknown])[] = [];
    let typed = true;
    for (const [name, memberValue] of Object.entries(input)) {
      const nameResult = key['~run']({ value: name }, config);
      const valueResult = value['~run']({ value: memberValue }, config);
      for (const [result, origin] of [
        [nameResult, 'key'],
        [valueResult, 'value'],
      ] as const) {
        const pathItem = { type: 'object', origin, input: copy, key: name, value: memberValue } as const;
        for (const issue of result.issues ?? []) issues.push({ ...issue, path: [pathItem, ...(issue.path ?? [])] });
        if (!result.typed) typed = false;
      }
      if (nameResult.typed) members.push([String(nameResult.value), valueResult.value]);
    }
    const [first, ...more] = issues;
    // Unlike an assignment, `fromEntries` creates a member named `__proto__`. The schemas have created all members and
    // issues.
    const output = { typed, value: Object.fromEntries(members), ...(first && { issues: [first, ...more] }) };
    return output as ReturnType<typeof run>;
  };
  return { ...base, '~run': run };
};
