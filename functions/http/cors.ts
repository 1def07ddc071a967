/**
 * What browsers are told, by API Gateway itself: no function starts for a preflight. Any site may call, since nothing
 * here goes by a cookie: a foreign page can do no more than anybody with the public company id can. A star allows every
 * header that clients send of their own but `Authorization`, so that no page can be built on a private key.
 */
export const cors = {
  allowOrigins: ['*'],
  allowHeaders: ['*'],
  allowMethods: ['GET', 'POST'],
  exposeHeaders: [
    'Tributary-Doubtful',
    'Tributary-Event',
    'Tributary-Events',
    'Tributary-Request',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
  ],
  maxAgeSeconds: 86_400,
} as const;
