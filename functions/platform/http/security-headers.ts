/**
 * On every answer, errors too, so that a browser that opens one neither runs it, frames it, keeps it nor takes it for
 * something else. A page replaces the policy by one that allows its own style.
 */
export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  // The address of a page can hold a token.
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
