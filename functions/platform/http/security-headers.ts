/**
 * Headers of every response, including errors. A browser that opens a response neither runs, frames, caches nor sniffs
 * it. Pages replace the policy by one that allows their own style.
 */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  // The URL of a page can contain a token.
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
