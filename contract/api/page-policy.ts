/**
 * Content security policy of the application's page: everything comes from where the page comes from, and nothing is written
 * inline. `'self'` covers the live feed's WebSocket too. The server and the web's own tests send this one.
 */
export const pagePolicy = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'"],
  "font-src": ["'self'"],
  "connect-src": ["'self'"],
  "base-uri": ["'none'"],
  "form-action": ["'self'"],
  "frame-ancestors": ["'none'"],
};

export const pagePolicyHeader: string = Object.entries(pagePolicy)
  .map(([directive, sources]) => `${directive} ${sources.join(" ")}`)
  .join("; ");
