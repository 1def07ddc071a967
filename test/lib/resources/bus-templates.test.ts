import { expect, test } from 'vitest';
import { synthesize } from '../../support/templates.ts';

const ARN = 'arn:aws:events:eu-central-1:222222222222:event-bus/shop';

/** What functions know of a bus, and may do to it. */
const busIn = (context: Readonly<Record<string, string>>) => {
  const { ofType } = synthesize(context, ['webhooks']);
  const knowing = ofType('AWS::Lambda::Function').flatMap(({ properties: { Handler, Environment } }) =>
    Environment.Variables.EVENT_BUS === undefined ? [] : [[Handler, Environment.Variables.EVENT_BUS]],
  );
  const allowed = ofType('AWS::IAM::Policy').flatMap(({ id, properties: { PolicyDocument } }) =>
    PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) =>
      JSON.stringify(Action).includes('events:'),
    ).map(({ Action, Resource }: { Action: unknown; Resource: unknown }) => ({ id, Action, Resource })),
  );
  return { knowing: knowing.toSorted(), allowed };
};

test('lets the workers put events on exactly the bus of the setting', () => {
  const { knowing, allowed } = busIn({ eventBus: ARN });
  expect(knowing).toEqual(['change', 'http', 'queue'].map((entryPoint) => [`index.${entryPoint}`, ARN]));
  expect(allowed.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    ['events:PutEvents', ARN],
    ['events:PutEvents', ARN],
  ]);
  // The function of the API only knows which bus there is.
  expect(allowed.filter(({ id }) => id.includes('http'))).toEqual([]);
});

test('finds a bus by its name in the account and region of the deployment', () => {
  const { allowed } = busIn({ eventBus: 'shop' });
  expect(JSON.stringify(allowed[0]?.Resource)).toMatch(/AWS::Region.*AWS::AccountId.*:event-bus\/shop/);
});

test('allows nothing without a bus, and refuses what is none', () => {
  expect(busIn({})).toEqual({ knowing: [], allowed: [] });
  expect(() => busIn({ eventBus: 'arn:aws:sqs:eu-central-1:222222222222:shop' })).toThrow('event bus');
});
