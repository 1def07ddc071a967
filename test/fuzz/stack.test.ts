import { beforeAll, expect, inject, test } from 'vitest';
import { createMatcher } from '../../functions/platform/http/match.ts';
import type { LocalStack } from '../../lib/local/stack/stack-file.ts';
import { recordUnder } from '../iam/recording.ts';
import { bulkRetries } from '../support/catalog/catalog-bodies.ts';
import { sized } from '../support/size.ts';
import { withOwnAccount } from './own-account.ts';
import type { Asked } from './schemathesis.ts';
import { described, fuzzAccepted, fuzzAnything, fuzzUnknown } from './stack.ts';

/** Requests to each operation, about. What is accepted takes more: with fewer some operation has none that is. */
const EXAMPLES = sized({ full: 8, reduced: 3 });

let stack: LocalStack;
beforeAll(async () => {
  recordUnder('fuzz');
  stack = await withOwnAccount(inject('stack'));
});

const declared = described.flatMap(({ routes }) => Object.entries(routes).map(([id, route]) => ({ ...route, id })));
const { matchPath } = createMatcher(declared);
const operationOf = ({ method, path }: Asked): string =>
  matchPath(path).find(({ route }) => route.method === method)?.route.id ?? `${method} ${path}`;

/** Names of the operations that were answered so. */
const answered = (asked: readonly Asked[], as: (one: Asked) => boolean): string[] => [
  ...new Set(asked.filter(as).map(operationOf)),
];

test('what is said of things that are there is answered as the document says, and done', async () => {
  const asked = await fuzzAccepted(stack, { examples: 8, seed: 1 });

  const done = answered(asked, ({ status }) => status < 300);
  const except = [
    // The one import that there is has ended, and was no dry run: it can neither be stopped, go on nor be applied.
    ...['updateImportJob', 'applyImportJob'],
    // They take up again what failed, and here nothing has.
    ...['updateBulkSuppressProfilesJob', 'updateBulkUnsuppressProfilesJob', 'updateBulkImportProfilesJob'],
    ...['updateDataPrivacyAccessJob', 'updateWebhookResendJob', ...bulkRetries],
    // No server answers the feed.
    'getWebFeedContent',
    // They would take away what is asked for.
    ...['mergeProfiles', 'undoProfileMerge', 'requestProfileDeletion', 'deleteImportMapping'],
    // It is for pages of named origins, which are settings of a deployment.
    'setVisitorCookie',
    // A schema has no words for what fits together in a mapping, or a file.
    ...['createImportMapping', 'getImportMapping', 'updateImportMapping', 'createImportJob'],
  ];
  expect(declared.map(({ id }) => id).filter((id) => !done.includes(id) && !except.includes(id))).toEqual([]);
});

test.concurrent('whatever is sent with a key, each answer has the shape that the document gives it', async () => {
  const asked = await fuzzAnything(stack, { examples: EXAMPLES, seed: 2 });

  expect(asked.length).toBeGreaterThan((declared.length * EXAMPLES) / 2);
  expect(answered(asked, ({ status }) => status === 400).length).toBeGreaterThan(declared.length / 2);
});

test.concurrent('whatever is sent with credentials that nobody has, nothing is done and no shape differs', async () => {
  const asked = await fuzzUnknown(stack, { examples: sized({ full: 3, reduced: 1 }), seed: 3 });

  const open = declared.filter(({ scope }) => scope === 'open').map(({ id }) => id);
  expect(answered(asked, ({ status }) => status < 300).sort()).toEqual(open.sort());
  const behindKey = declared.filter(({ scope }) => scope.includes(':')).map(({ id }) => id);
  const refused = answered(asked, ({ status }) => status === 401);
  expect(behindKey.filter((id) => !refused.includes(id))).toEqual([]);
});
