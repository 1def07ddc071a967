/** Files of tests, by what they take: `npm run test:quick` runs none that is listed here but those of the contract. */

/** What every engine of the table answers alike: the one in memory, MiniStack's, and DynamoDB Local. */
export const contract = [
  'test/platform/table/create-many.test.ts',
  'test/platform/table/order.test.ts',
  'test/platform/table/overlay.test.ts',
  'test/platform/table/read.test.ts',
  'test/platform/table/update-many.test.ts',
  'test/platform/table/write.test.ts',
];

/** They measure what processors and memory do. */
export const measuredTests = [
  'test/hostile/budget.test.ts',
  'test/hostile/patterns.test.ts',
  'test/hostile/public-routes.test.ts',
  'test/domains/profiles/records/patch.test.ts',
  'test/domains/imports/columns/unicode-names.test.ts',
];

/** They make all templates, bundle functions, or start commands. */
export const toolTests = [
  'test/lib/templates/baseline.test.ts',
  'test/lib/constructs/bundle.test.ts',
  'test/lib/local/dev.test.ts',
  'test/lib/stacks/lifecycle-templates.test.ts',
  'test/lib/templates/lint.test.ts',
  'test/lib/local/local-killed.test.ts',
  'test/lib/local/local-store.test.ts',
  'test/lib/local/local.test.ts',
  'test/lib/stacks/references.test.ts',
  'test/lib/**/*templates.test.ts',
  'test/lib/deploy/protection.test.ts',
  'test/lib/architecture/outgoing.test.ts',
];

/** Each starts the command as a process. */
const adminTests = 'test/lib/admin/**/*.test.ts';

const thorough = [
  adminTests,
  'test/capacity/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/hostile/same-answers.test.ts',
  'test/hostile/trusted-data.test.ts',
  'test/kill/**/*.test.ts',
  'test/model-based/**/*.test.ts',
  'test/**/*killed*.test.ts',
  'test/domains/consent/bulk/bulk.test.ts',
  'test/domains/consent/history.test.ts',
  'test/domains/imports/csv/*encoding*.test.ts',
  'test/domains/imports/run/reimport*.test.ts',
  'test/domains/imports/uploads/repeated-drops.test.ts',
  'test/domains/imports/dry-run/dry-run.test.ts',
  'test/domains/imports/run/fuzz.test.ts',
  'test/domains/feeds/misbehaving.test.ts',
  'test/domains/lists/counts.test.ts',
  'test/domains/consent/opt-in/abuse.test.ts',
  'test/platform/schedule/schedule.test.ts',
  'test/platform/mail/mail.test.ts',
  'test/domains/privacy/access/*.test.ts',
  'test/domains/privacy/erasure/files.test.ts',
  'test/domains/privacy/erasure/former-identifiers.test.ts',
  'test/domains/privacy/erasure/personal-file-names.test.ts',
  'test/domains/privacy/erasure/other-profiles.test.ts',
  'test/domains/erased/spellings.test.ts',
  'test/domains/profiles/merge/merge-model.test.ts',
  'test/domains/webhooks/isolation.test.ts',
  'test/domains/webhooks/model.test.ts',
  'test/platform/table/client/dynamo.test.ts',
  'test/platform/table/client/throttled.test.ts',
  'test/platform/workers/exhausted*.test.ts',
];

/** Rules of what is deployed and documented: they ask nothing of a table. */
export const unitTests = {
  include: ['lib', 'docs', 'contract', 'tracker'].map((folder) => `test/${folder}/**/*.test.ts`),
  exclude: [...toolTests, adminTests],
};

/** Projects of their own, on what is deployed or in a browser. */
const elsewhere = ['browser', 'contract', 'deploy', 'docs', 'e2e', 'fuzz', 'iam', 'tracker'].map(
  (folder) => `test/${folder}/**`,
);
const notOfEndpoints = [...elsewhere, ...measuredTests, 'test/cost/store*', 'test/lib/!(admin)/**'];

export const thoroughTests = { include: thorough, exclude: notOfEndpoints };
export const endpointTests = { include: ['test/**/*.test.ts'], exclude: [...notOfEndpoints, ...thorough] };
