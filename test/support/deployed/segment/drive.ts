import { fileURLToPath } from 'node:url';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { childEnvironment } from '../../../../lib/process/environment.ts';
import { installPython, python } from '../../../../lib/process/python.ts';
import { run } from '../../../../lib/process/run.ts';
import type { ClientName } from './matrix.ts';
import { type Arguments, driveGo, driveJava, hasGo, hasJava } from './other-languages.ts';

export interface Drive {
  readonly host: string;
  readonly writeKey: string;
  readonly user: string;
  readonly email: string;
  /** How many numbered events to send after one call of each kind. */
  readonly numbers: number;
}

export const NUMBERED = 'Numbered';
const order = {
  order_id: 'o-1',
  total: 12.5,
  currency: 'EUR',
  products: [{ product_id: 'p-1', name: 'Tea', price: 12.5 }],
};
const numbersUpTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** The calls that both clients for Node have. */
type NodeClient = Pick<Analytics | RudderAnalytics, 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias'>;

const callAll = (client: NodeClient, { user, email, numbers }: Drive): void => {
  const anonymousId = `visitor-${user}`;
  client.track({ anonymousId, event: 'Product Viewed', properties: { product_id: 'p-1', name: 'Tea' } });
  client.identify({ userId: user, traits: { email, firstName: 'Ada' } });
  client.track({ userId: user, event: 'Order Completed', properties: order });
  client.page({ userId: user, name: 'Home' });
  client.screen({ userId: user, name: 'Cart' });
  client.group({ userId: user, groupId: 'g-1', traits: { name: 'Engines' } });
  client.alias({ userId: user, previousId: anonymousId });
  for (const n of numbersUpTo(numbers)) client.track({ userId: user, event: NUMBERED, properties: { n } });
};

/** Drives a client, unmodified: a visit, one call of each kind, numbered events, and a flush at the end. */
export const drivers: Readonly<Partial<Record<ClientName, (drive: Drive) => Promise<void>>>> = {
  async '@segment/analytics-node'(drive) {
    const { host, writeKey } = drive;
    const client = new Analytics({ writeKey, host, flushAt: 5, flushInterval: 100 });
    callAll(client, drive);
    await client.closeAndFlush({ timeout: 120_000 });
  },

  async '@rudderstack/rudder-sdk-node'(drive) {
    const { host, writeKey } = drive;
    const client = new RudderAnalytics(writeKey, { dataPlaneUrl: host, flushAt: 5, flushInterval: 100 });
    callAll(client, drive);
    await client.flush();
  },

  'segment-analytics-python': (drive) => drivePython('segment-analytics-python', drive),
  'rudder-sdk-python': (drive) => drivePython('rudder-sdk-python', drive),
  ...(hasGo && { 'github.com/segmentio/analytics-go/v3': (drive: Drive) => driveGo(argumentsOf(drive)) }),
  ...(hasJava && { 'com.segment.analytics.java:analytics': (drive: Drive) => driveJava(argumentsOf(drive)) }),
};

const argumentsOf = ({ host, writeKey, user, email, numbers }: Drive): Arguments => [
  host,
  writeKey,
  user,
  email,
  String(numbers),
];

const script = fileURLToPath(new URL('client.py', import.meta.url));

const drivePython = async (name: 'segment-analytics-python' | 'rudder-sdk-python', drive: Drive): Promise<void> => {
  await installPython(name);
  await run({
    command: python,
    args: [script, name, ...argumentsOf(drive)],
    env: childEnvironment(),
    timeoutMs: 200_000,
  });
};
