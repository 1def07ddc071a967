/** The host suffix of each AWS partition: `dnsSuffix` in the SDK's partitions.json. A test compares it with the SDK. */
const SUFFIXES: readonly (readonly [region: RegExp, suffix: string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
];

/** DynamoDB's endpoint in a region. `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL` override it. */
export const dynamoEndpoint = (region: string): string => {
  const [, suffix = 'amazonaws.com'] = SUFFIXES.find(([regions]) => regions.test(region)) ?? [];
  return `https://dynamodb.${region}.${suffix}`;
};
