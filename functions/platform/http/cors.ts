/**
 * The CORS settings of API Gateway, which answers preflights itself and replaces such headers of functions. By default
 * every origin is allowed, since nothing then relies on cookies: a foreign page can do no more than anybody who knows
 * the public company id. The wildcard covers every header except `Authorization`, which browsers require by name.
 * Segment's script sends `X-Retry-Count`, also to browsers that know no wildcard.
 */
export const cors = {
  allowOrigins: ['*'],
  allowHeaders: ['*', 'Authorization', 'X-Retry-Count'],
  allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
  exposeHeaders: [
    'Tributary-Doubtful',
    'Tributary-Event',
    'Tributary-Events',
    'Tributary-Ignored',
    'Tributary-Job',
    'Tributary-Receipt',
    'Tributary-Request',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'Retry-After',
    'X-Klaviyo-Req-Id',
  ],
  maxAgeSeconds: 86_400,
} as const;

/** The CORS settings of a deployment. Cookies are allowed only for origins that it names. */
export const corsFor = (websiteOrigins: readonly string[] | undefined) =>
  websiteOrigins
    ? { ...cors, allowOrigins: websiteOrigins, allowCredentials: true }
    : { ...cors, allowCredentials: false };
