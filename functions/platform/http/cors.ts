/**
 * The CORS answer, given by API Gateway itself: no function starts for a preflight. Any site may call, since nothing
 * here goes by a cookie: a foreign page can do no more than anybody with the public company id can. A star stands for every
 * header but `Authorization`, which browsers want named: without it they refuse a request that sends a key, before it is
 * asked whether the key is right.
 */
export const cors = {
  allowOrigins: ['*'],
  allowHeaders: ['*', 'Authorization'],
  allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
  exposeHeaders: [
    'Tributary-Doubtful',
    'Tributary-Event',
    'Tributary-Events',
    'Tributary-Ignored',
    'Tributary-Request',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'X-Klaviyo-Req-Id',
  ],
  maxAgeSeconds: 86_400,
} as const;
