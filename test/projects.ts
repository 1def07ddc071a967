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
  'test/hostile/**/*.test.ts',
  'test/domains/profiles/records/patch.test.ts',
  'test/domains/imports/columns/names.test.ts',
];

/** They make all templates, bundle functions, or start commands. */
export const toolTests = [
  'test/lib/baseline.test.ts',
  'test/lib/bundle.test.ts',
  'test/lib/dev.test.ts',
  'test/lib/lifecycle-templates.test.ts',
  'test/lib/lint.test.ts',
  'test/lib/local-killed.test.ts',
  'test/lib/local-store.test.ts',
  'test/lib/local.test.ts',
  'test/lib/references.test.ts',
  'test/lib/*templates.test.ts',
  'test/lib/deploy-protection.test.ts',
  'test/lib/outgoing.test.ts',
];

const thorough = [
  'test/admin/**/*.test.ts',
  'test/capacity/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/kill/**/*.test.ts',
  'test/model-based/**/*.test.ts',
  'test/**/*killed*.test.ts',
  'test/domains/consent/bulk/bulk.test.ts',
  'test/domains/consent/history.test.ts',
  'test/domains/imports/csv/*encoding*.test.ts',
  'test/domains/imports/run/again*.test.ts',
  'test/domains/imports/uploads/dropped-again.test.ts',
  'test/domains/imports/dry-run/dry-run.test.ts',
  'test/domains/imports/run/fuzz.test.ts',
  'test/domains/lists/counts.test.ts',
  'test/domains/consent/opt-in/abuse.test.ts',
  'test/platform/schedule/schedule.test.ts',
  'test/platform/mail/mail.test.ts',
  'test/domains/privacy/access/*.test.ts',
  'test/domains/privacy/erasure/files.test.ts',
  'test/domains/privacy/erasure/former.test.ts',
  'test/domains/privacy/erasure/names.test.ts',
  'test/domains/privacy/erasure/others.test.ts',
  'test/domains/erased/spellings.test.ts',
  'test/domains/profiles/merge/merge-model.test.ts',
  'test/platform/table/client/dynamo.test.ts',
  'test/platform/table/client/throttled.test.ts',
  'test/platform/workers/exhausted*.test.ts',
];

/** Projects of their own, on what is deployed or in a browser. */
const elsewhere = ['browser', 'contract', 'deploy', 'e2e', 'fuzz', 'hostile', 'iam', 'lib'].map(
  (folder) => `test/${folder}/**`,
);
const notOfEndpoints = [...elsewhere, ...measuredTests, 'test/cost/store*'];

export const thoroughTests = { include: thorough, exclude: notOfEndpoints };
export const endpointTests = { include: ['test/**/*.test.ts'], exclude: [...notOfEndpoints, ...thorough] };
