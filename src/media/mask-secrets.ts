/**
 * Hides what may be a secret in a command line that operators are shown: passwords in addresses, and the values of
 * query parameters that by their name carry a key.
 */
const MASK = '***';
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*@/gi;
const SECRET_PARAMETER =
  /([?&;][^=&;#\s]*(?:token|secret|passw(?:or)?d|passphrase|key|sig|signature|auth|credential|session)[^=&;#\s]*=)[^&;#\s]*/gi;

export function maskSecrets(argument: string): string {
  return argument.replace(USER_INFO, `$1${MASK}@`).replace(SECRET_PARAMETER, `$1${MASK}`);
}
