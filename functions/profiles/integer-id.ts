import type * as v from 'valibot';

/**
 * Takes integers too, as their decimal digits: shops have numeric ids, and Klaviyo takes them. The schema stays one of
 * text. An integer that JavaScript can't hold exactly is left to the schema, which refuses it.
 */
export const integersAsText = <Schema extends v.GenericSchema<string, string>>(schema: Schema): Schema => ({
  ...schema,
  '~run': (dataset: v.UnknownDataset, config: v.Config<v.BaseIssue<unknown>>) => {
    const { value } = dataset;
    return schema['~run'](Number.isSafeInteger(value) ? { value: String(value) } : dataset, config);
  },
});
