import * as v from 'valibot';

type Entries<
  Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  Value extends v.GenericSchema,
> = ReturnType<typeof v.record<Key, Value>>;

/**
 * As `v.record`, which leaves out members named `constructor`, `prototype` and `__proto__`. Here they are names as any
 * other: of columns, of properties.
 */
export const ownRecord = <
  const Key extends v.BaseSchema<string, string, v.BaseIssue<unknown>>,
  const Value extends v.GenericSchema,
>(
  key: Key,
  value: Value,
): Entries<Key, Value> => {
  const usual = v.record(key, value);
  const run: Entries<Key, Value>['~run'] = (dataset, config) => {
    const input = dataset.value;
    if (typeof input !== 'object' || input === null) return usual['~run'](dataset, config);
    const issues: v.BaseIssue<unknown>[] = [];
    const members: (readonly [string, unknown])[] = [];
    let typed = true;
    for (const [name, member] of Object.entries(input)) {
      const readName = key['~run']({ value: name }, config);
      const readMember = value['~run']({ value: member }, config);
      for (const [read, origin] of [
        [readName, 'key'],
        [readMember, 'value'],
      ] as const) {
        const place = { type: 'object', origin, input: { ...input }, key: name, value: member } as const;
        for (const issue of read.issues ?? []) issues.push({ ...issue, path: [place, ...(issue.path ?? [])] });
        if (!read.typed) typed = false;
      }
      if (readName.typed) members.push([String(readName.value), readMember.value]);
    }
    const [first, ...more] = issues;
    // Unlike an assignment this makes a member of `__proto__`. The schemas have made each of the members and issues.
    const made = { typed, value: Object.fromEntries(members), ...(first && { issues: [first, ...more] }) };
    return made as ReturnType<typeof run>;
  };
  return { ...usual, '~run': run };
};
