/**
 * Why the telemetry server could not start: a code to act on and a message for people. Whether to try again is the
 * caller's: an address in use may belong to an engine that is just going away.
 */
import { type HostPort, hostPortLabel } from '../config/host-port.js';

export class TelemetryServerError extends Error {
  override readonly name = 'TelemetryServerError';
  readonly code: 'address_in_use' | 'address_refused';
  constructor(code: TelemetryServerError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Makes one from what listening on `address` failed with. */
  static from(error: NodeJS.ErrnoException, address: HostPort): TelemetryServerError {
    const where = `HTTP address ${hostPortLabel(address)}`;
    if (error.code === 'EADDRINUSE') {
      return new TelemetryServerError(
        'address_in_use',
        `${where} is in use: another program, perhaps a second engine, listens there; stop it, or choose another address with --http HOST:PORT`,
        { cause: error },
      );
    }
    return new TelemetryServerError(
      'address_refused',
      `${where} cannot be listened on: ${error.message}; choose an address of this machine and a port this user may use with --http HOST:PORT`,
      { cause: error },
    );
  }
}
