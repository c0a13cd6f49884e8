/** What browsers are told with every answer. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cache-control': 'no-store',
} as const;

const policyOf = (sources: Readonly<Record<string, string>>): string =>
  Object.entries(sources)
    .map(([directive, source]) => `${directive} ${source}`)
    .join('; ');

const ownPage = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

/** For pages of this server's own: its scripts, styles and images, nothing inline, no other host. */
export const PAGE_POLICY = policyOf(ownPage);

/** For the Registry App, whose components write styles as they are shown; scripts are files of this server. */
export const APP_POLICY = policyOf({
  ...ownPage,
  'style-src': "'self' 'unsafe-inline'",
  'font-src': "'self'",
  'worker-src': "'self'",
  'manifest-src': "'self'",
});
