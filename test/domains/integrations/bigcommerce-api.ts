import type { IncomingMessage } from 'node:http';
import { openFetch } from '../../../functions/platform/fetch/fetch.ts';
import type { Services } from '../../../functions/platform/resources/services.ts';
import { serveLocally } from '../../support/servers/serve-locally.ts';
import { sampleText } from './start.ts';

const VENDOR = 'https://api.bigcommerce.com';
const STORE = '/stores/abc123xyz/';

export const TOKEN = 'ok2x929-invented-token';

/** An answer of the API: its status, and headers or a body. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const sample = (name: string): string => sampleText('bigcommerce', name);

/** The API of a store, as its documentation shows it, at a port of this machine. */
export const startStore = async () => {
  const calls: string[] = [];
  const answers = new Map<string, Answer[]>();
  let order: object = JSON.parse(sample('api-order'));
  const bodies: Readonly<Record<string, () => string>> = {
    'v2/orders/250': () => JSON.stringify(order),
    'v2/orders/250/products': () => sample('api-products'),
    'v3/orders/250/payment_actions/refunds': () => sample('api-refunds'),
    'v3/catalog/products/93': () => sample('api-product'),
    'v3/catalog/trees/categories': () => sample('api-categories'),
    'v2/store': () => sample('api-store'),
    'v3/customers': () => sample('api-customer'),
    'v3/customers/subscribers/5': () => sample('api-subscriber'),
    'v3/carts/09346904-4175-44fd-be53-f7e598531b6c': () => sample('api-cart'),
  };
  const answerTo = ({ url = '', headers }: IncomingMessage): Answer => {
    const path = new URL(url, VENDOR).pathname;
    calls.push(path);
    if (headers['x-auth-token'] !== TOKEN) return { status: 401 };
    const name = path.startsWith(STORE) ? path.slice(STORE.length) : '';
    const special = answers.get(name)?.shift();
    if (special) return special;
    const body = bodies[name]?.();
    return body === undefined ? { status: 404 } : { body };
  };
  const origin = await serveLocally((request, response) => {
    const { status = 200, headers = {}, body } = answerTo(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  const client = openFetch({ allowsLoopback: true });
  const fetch: Services['fetch'] = () => (url, options) => client(url.replace(VENDOR, origin), options);

  return {
    fetch,
    calls,
    /** What the next calls of a path get. */
    answer: (name: string, ...next: readonly Answer[]): void => {
      answers.set(name, [...next]);
    },
    /** The order changes in the store. */
    change: (changes: object): void => {
      order = { ...order, ...changes };
    },
  };
};
