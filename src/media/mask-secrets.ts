/**
 * Hides what may be a secret in a command line that operators are shown: passwords in addresses, and the values of
 * query parameters that by their name carry a key.
 */
const MASK = '***';
/** Up to the last `@` before the path: a password may hold one. */
const USER_INFO = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi;
/** Parameters do not overlap, so that a name of thousands of characters costs no more than its length. */
const PARAMETER = /([?&;])([^=&;?#\s]*)=[^&;#\s]*/g;
const SECRET = /token|secret|passw(?:or)?d|passphrase|key|sig|auth|credential|session/i;

export function maskSecrets(argument: string): string {
  return argument
    .replace(USER_INFO, `$1${MASK}@`)
    .replace(PARAMETER, (all, before: string, name: string) =>
      SECRET.test(name) ? `${before}${name}=${MASK}` : all,
    );
}
