/**
 * Why the control server could not start: a code to act on and a message for people. Whether to try again is the
 * caller's: an address in use may be a second engine that is just going away, a bad address never mends itself.
 */
import { type HostPort, hostPortLabel } from '../config/host-port.js';

export class ControlServerError extends Error {
  override readonly name = 'ControlServerError';
  readonly code: 'address_in_use' | 'address_refused' | 'bad_address';
  constructor(code: ControlServerError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Makes one from what listening on `address` failed with. */
  static from(error: NodeJS.ErrnoException, address: HostPort): ControlServerError {
    const where = `gRPC address ${hostPortLabel(address)}`;
    if (error.code === 'EADDRINUSE') {
      return new ControlServerError(
        'address_in_use',
        `${where} is in use: another program, perhaps a second engine, listens there; stop it, or choose another address with --grpc HOST:PORT`,
        { cause: error },
      );
    }
    return new ControlServerError(
      'address_refused',
      `${where} cannot be listened on: ${error.message}; choose an address of this machine and a port this user may use with --grpc HOST:PORT`,
      { cause: error },
    );
  }
}
