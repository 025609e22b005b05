/**
 * Server reflection, v1 and v1alpha: how grpcurl and generic clients learn the API without the proto. The
 * services' definitions come from @grpc/reflection; its answers do not, because they leave out what a file imports
 * and every custom option, and strict clients refuse such descriptors.
 */
import { type handleBidiStreamingCall, type Server, status } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { quoted } from '../quoted.js';
import type { DescriptorIndex } from './descriptor-index.js';

/** ServerReflectionRequest in proto-loader's words; exactly one of the fields counts, `messageRequest` names it. */
interface Request {
  readonly host?: string;
  readonly messageRequest?: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType?: string; readonly extensionNumber?: number };
  readonly allExtensionNumbersOfType?: string;
}

const NOT_FOUND = (what: string, name: string) => ({
  errorResponse: { errorCode: status.NOT_FOUND, errorMessage: `${what} ${quoted(name)} is not known here` },
});

const FILES = (files: readonly Uint8Array[]) => ({ fileDescriptorResponse: { fileDescriptorProto: files } });

/** What stands in the response beside the echoed request. */
function answer(index: DescriptorIndex, request: Request): object {
  switch (request.messageRequest) {
    case 'listServices':
      return { listServicesResponse: { service: index.services.map((name) => ({ name })) } };
    case 'fileByFilename': {
      const name = request.fileByFilename ?? '';
      const files = index.byFileName(name);
      return files === undefined ? NOT_FOUND('file', name) : FILES(files);
    }
    case 'fileContainingSymbol': {
      const symbol = request.fileContainingSymbol ?? '';
      const files = index.bySymbol(symbol);
      return files === undefined ? NOT_FOUND('symbol', symbol) : FILES(files);
    }
    case 'fileContainingExtension': {
      const { containingType = '', extensionNumber = 0 } = request.fileContainingExtension ?? {};
      const files = index.byExtension(containingType, extensionNumber);
      return files === undefined
        ? NOT_FOUND(`extension ${extensionNumber} of`, containingType)
        : FILES(files);
    }
    case 'allExtensionNumbersOfType': {
      const type = request.allExtensionNumbersOfType ?? '';
      const extensionNumber = index.extensionNumbers(type);
      if (extensionNumber === undefined) return NOT_FOUND('message', type);
      return { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber } };
    }
    default:
      return {
        errorResponse: {
          errorCode: status.UNIMPLEMENTED,
          errorMessage: 'this server does not know that kind of reflection request',
        },
      };
  }
}

/** Adds both versions of the reflection service to a server. */
export function addReflection(server: Pick<Server, 'addService'>, index: DescriptorIndex): void {
  const ServerReflectionInfo: handleBidiStreamingCall<Request, object> = (stream) => {
    stream.on('data', (request: Request) => {
      stream.write({ validHost: request.host, originalRequest: request, ...answer(index, request) });
    });
    stream.on('end', () => stream.end());
  };
  new ReflectionService({}).addToServer({
    addService: (definition) => server.addService(definition, { ServerReflectionInfo }),
  });
}
