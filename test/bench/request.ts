import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export const attributes = (i: number) => ({
  properties: {
    OrderId: `o${i}`,
    ItemNames: ['Tea', 'Cup'],
    Items: [{ SKU: 'T-1', Quantity: 2, ItemPrice: 4.5 }],
    note: 'x'.repeat(300),
  },
  metric: { data: { type: 'metric', attributes: { name: 'Placed Order' } } },
  time: new Date(1_750_000_000_000 + i).toISOString(),
  value: 9.99,
});
export const profile = (i: number) => ({ data: { type: 'profile', attributes: { email: `p${i % 500}@example.com` } } });
const event = (i: number) => ({ type: 'event', attributes: { ...attributes(i), profile: profile(i) } });

export const eventRequest = (i: number) => request('/api/events', { data: event(i) });

export const request = (rawPath: string, body: object) =>
  ({
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', authorization: `Klaviyo-API-Key pk_Bench1_${'a'.repeat(40)}` },
    requestContext: {
      http: { method: 'POST', path: rawPath, sourceIp: '192.0.2.1' },
      requestId: 'bench',
      domainName: 'bench',
    },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  }) as unknown as APIGatewayProxyEventV2;
