import { Template } from 'aws-cdk-lib/assertions';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { addressLedgerPk, ledgerPk } from '../../../functions/domains/consent/records/store.ts';
import { definition } from '../../../functions/platform/table/definition.ts';
import { isDenied, isLike } from '../../support/judge.ts';
import { synthesize } from '../../support/templates.ts';

const Statement = v.object({
  Effect: v.string(),
  Action: v.union([v.string(), v.array(v.string())]),
  Condition: v.optional(v.unknown()),
});
const Policy = v.object({ Properties: v.object({ PolicyDocument: v.object({ Statement: v.array(Statement) }) }) });

const { service } = synthesize();
const roles = Object.entries(Template.fromStack(service).findResources('AWS::IAM::Policy')).map(([name, policy]) => ({
  name,
  statements: v.parse(Policy, policy).Properties.PolicyDocument.Statement.map(({ Action, ...statement }) => ({
    ...statement,
    actions: [Action].flat(),
  })),
}));
const policies = roles.map(({ statements }) => statements);

test('only the erasure worker may change or remove entries of a ledger', () => {
  const writing = roles.filter(({ statements }) =>
    statements.some(({ actions }) => actions.includes('dynamodb:PutItem')),
  );
  const eraser = writing.filter(({ name }) => name.startsWith('privacyqueue'));
  expect(eraser).toHaveLength(1);
  const counter = writing.filter(({ name }) => name.startsWith('archivechange'));
  const others = writing.filter((role) => ![...eraser, ...counter].includes(role));
  const onTable = others.map(({ statements }) => statements);

  expect(onTable.length).toBeGreaterThanOrEqual(4);
  for (const statements of onTable) {
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
      {
        actions: ['dynamodb:UpdateItem', 'dynamodb:PartiQLUpdate', 'dynamodb:DeleteItem'],
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...definition.appendOnly] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
    ]);
  }
});

test('the consumer that counts writes partitions of counts only', () => {
  const { statements = [] } = roles.find(({ name }) => name.startsWith('archivechange')) ?? {};
  const writes = statements.filter(({ actions }) =>
    actions.some((action) => /dynamodb:(Put|Update|Delete)/.test(action)),
  );
  expect(writes).toMatchObject([
    {
      Effect: 'Allow',
      actions: ['dynamodb:PutItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A#??????#COUNTS#*'] } },
    },
  ]);
});

test('no role may write by operations that the denial does not name', () => {
  const allowed = policies.flat().flatMap(({ actions }) => actions);
  // An INSERT of PartiQL never replaces an item.
  for (const action of ['BatchWriteItem', 'PartiQLDelete']) expect(allowed).not.toContain(`dynamodb:${action}`);
});

const ledger = ledgerPk('Ab12Cd', '01PROFILE');
const other = 'A#Ab12Cd#SUPPRESSION#email#ada@example.com';
const put = (pk: string) => ({ action: 'dynamodb:PutItem', pk });
const remove = (pk: string) => ({ action: 'dynamodb:DeleteItem', pk });
const update = (pk: string) => ({ action: 'dynamodb:UpdateItem', pk });

test.each([
  { what: 'a removed entry', writes: [remove(ledger)], each: true, together: true },
  { what: 'a changed entry', writes: [update(ledger)], each: true, together: true },
  {
    what: 'entries of two ledgers that are removed',
    writes: [remove(ledger), remove(ledger)],
    each: true,
    together: true,
  },
  { what: 'a new entry', writes: [put(ledger)], each: false, together: false },
  {
    what: 'a lift: one item is removed, an entry is made',
    writes: [remove(other), put(ledger)],
    each: false,
    together: false,
  },
  {
    what: 'an item that is changed beside a new entry',
    writes: [update(other), put(ledger)],
    each: false,
    together: false,
  },
  // What the denial leaves to the hash chain, should AWS judge all keys together.
  {
    what: 'an entry that is removed with another item',
    writes: [remove(other), remove(ledger)],
    each: true,
    together: false,
  },
])('$what has the right result, whichever keys AWS judges', ({ writes, each, together }) => {
  const judged = roles.filter(({ name }) => /^consent(http|queue)/.test(name));
  expect(judged).toHaveLength(2);
  for (const { statements } of judged) {
    expect(isDenied(writes, statements, 'each')).toBe(each);
    expect(isDenied(writes, statements, 'together')).toBe(together);
  }
});

test('the denied partitions are those of ledgers', () => {
  const isOfLedger = (pk: string) => isLike(pk, definition.appendOnly);
  const address = { kind: 'email', value: 'ada@example.com' } as const;

  const ledgers = [ledgerPk('Ab12Cd', '01PROFILE'), addressLedgerPk('Ab12Cd', address)];
  expect(ledgers.filter(isOfLedger)).toEqual(ledgers);
  const others = ['A#Ab12Cd#ID#external_id#x#LEDGER#y', 'A#Ab12Cd#P#01PROFILE', 'A#Ab12Cd#CHAIN#01PROFILE'];
  expect(others.filter(isOfLedger)).toEqual([]);
});
