import { expect, test } from 'vitest';
import { synthesize } from '../../support/templates.ts';

const LAST_DAY = '36500';
/** Settings of days, at both ends of the accepted range and around the days of a transition. */
const settings: Readonly<Record<string, string>>[] = [
  {},
  ...['1', '29', '30', '89', '90', '91', '119', '120', '730', LAST_DAY].map((archiveRetentionDays) => ({
    archiveRetentionDays,
  })),
  { uploadRetentionDays: '1', reportRetentionDays: LAST_DAY, noncurrentVersionDays: '1' },
  { uploadRetentionDays: LAST_DAY, reportRetentionDays: '1', noncurrentVersionDays: LAST_DAY },
];

/** The buckets are the same whatever services there are, and one is made in a third of the time of all. */
const few = ['imports'];

test('one service has the same buckets as all', () => {
  const of = (names?: readonly string[]) => synthesize({}, names).ofType('AWS::S3::Bucket');
  expect(of(few).length).toBeGreaterThan(1);
  expect(of(few).map(({ properties }) => properties.LifecycleConfiguration)).toEqual(
    of().map(({ properties }) => properties.LifecycleConfiguration),
  );
});

test.each(settings)('S3 accepts every lifecycle rule with %o', { timeout: 60_000 }, (context) => {
  const buckets = synthesize(context, few)
    .ofType('AWS::S3::Bucket')
    .map(({ properties }) => properties.LifecycleConfiguration.Rules);
  for (const rules of buckets) {
    expect(rules.length).toBeLessThanOrEqual(1_000);
    expect(new Set(rules.map(({ Id }: { Id: string }) => Id)).size).toBe(rules.length);
    for (const rule of rules) {
      const { ExpirationInDays: ends = Number.POSITIVE_INFINITY, Transitions = [], NoncurrentVersionExpiration } = rule;
      expect(ends).toBeGreaterThanOrEqual(1);
      for (const { TransitionInDays, StorageClass } of Transitions) {
        expect(TransitionInDays).toBeLessThan(ends);
        // The class is billed for at least thirty days, and S3 moves nothing into it earlier.
        expect(StorageClass).toBe('STANDARD_IA');
        expect(TransitionInDays).toBeGreaterThanOrEqual(30);
        expect(ends - TransitionInDays).toBeGreaterThanOrEqual(30);
      }
      if (NoncurrentVersionExpiration) expect(NoncurrentVersionExpiration.NoncurrentDays).toBeGreaterThanOrEqual(1);
      // These parts of a rule exclude each other.
      if (rule.ExpiredObjectDeleteMarker) expect(rule).not.toHaveProperty('ExpirationInDays');
      if (rule.AbortIncompleteMultipartUpload) expect(rule).not.toHaveProperty('TagFilters');
      const actions = Object.keys(rule).filter((key) => !['Id', 'Prefix', 'Status'].includes(key));
      expect(actions.length).toBeGreaterThan(0);
    }
  }
});

test('nothing expires earlier than its own setting says, whatever the others say', { timeout: 60_000 }, () => {
  const { ofType } = synthesize({ uploadRetentionDays: '5', reportRetentionDays: '50' });
  const rules = ofType('AWS::S3::Bucket').flatMap(({ properties }) =>
    properties.NotificationConfiguration ? properties.LifecycleConfiguration.Rules : [],
  );
  // If several rules match an object, S3 takes the earliest expiry.
  const endOf = (key: string): number =>
    Math.min(
      ...rules
        .filter(({ Prefix = '' }) => key.startsWith(Prefix))
        .map(({ ExpirationInDays = Number.POSITIVE_INFINITY }) => ExpirationInDays),
    );
  expect(endOf('profiles/AbC123/people.csv')).toBe(5);
  expect(endOf('dry-run/events/Placed Order.csv')).toBe(5);
  expect(endOf('sftp/AbC123/AbC123_ada/events/Seen.csv')).toBe(5);
  expect(endOf('bulk/AbC123/job.json')).toBe(5);
  expect(endOf('reports/AbC123/job/errors-000000000001.jsonl')).toBe(50);
  expect(endOf('work/AbC123/job/000001.csv')).toBe(50);
  expect(endOf('privacy/AbC123/job/data.zip')).toBe(7);
  expect(endOf('notes.txt')).toBe(50);
});

test("days beyond S3's range are refused", () => {
  expect(() => synthesize({ archiveRetentionDays: '36501', uploadRetentionDays: '99999999999' })).toThrow(
    /archiveRetentionDays=36501: .*at most 36500\n.*uploadRetentionDays/,
  );
});
