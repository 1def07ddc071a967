/** The people and things of all examples. */
export const ada = { email: 'ada@example.com', phone_number: '+4930901820', external_id: 'customer-1001' };
export const ids = {
  profile: '01JZX3V0G7M6C8E2B4D5F9H1K3',
  otherProfile: '01JZX3W2Q9N7D6F4A8B1C5E3G2',
  metric: 'VbW8tK2nQ4xR6sYz',
  customMetric: '01JZX3Y5S1P8E7G5B9C2D6F4H3',
  job: '01JZX4A5R8T2Y6P3W7Q9M1N4B6',
  list: 'newsletter',
  form: '01JZX5C7N2K4R9T1W3Y6Q8B0D2',
  formVersion: '2814749767106559',
  mapping: '3f8a1c5e7b9d2046f1a3c5e7b9d20468',
  integration: 'Ab12Cd-01JZX6D2R5T8W1Y4B7E0H3K6N9',
  catalogItem: '$custom:::$default:::SHIRT-BLUE',
  catalogVariant: '$custom:::$default:::SHIRT-BLUE-M',
  catalogCategory: '$custom:::$default:::SHIRTS',
  feed: '01JZX7E4T6V9X3B5D8F1H2K4M6',
  webFeed: '01JZX7G8W3Z6B9D2F5H8K1M4N7',
  productFeed: '01JZX7H9X4A7C0E3G6J9L2N5P8',
  webhook: '01JZX6D2R5T8W1Y4B7E0H3K6N9',
  webhookDelivery: '01JZX6D2R5T8W1Y4B7E0H3K6N93hq5t7w1-0a1b2c3d',
} as const;

/** The input of a form, or a request whose response is a document. */
export type Example = Readonly<Record<string, unknown>>;
export type Examples = Readonly<Record<string, Example>>;

/** A request that resumes a job. */
export const retry = (type: string): Example => ({ data: { type, id: ids.job, attributes: { status: 'queued' } } });

export const profileNamed = (attributes: object): Example => ({ data: { type: 'profile', attributes } });
