/**
 * The canonical descriptors of what this server speaks, indexed for reflection. They are compiled by buf and kept
 * byte for byte: a strict client refuses what proto-loader makes of them, and protobufjs would drop the option
 * that holds PLAYOUT_API_VERSION when it encodes them again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import descriptor, {
  type IDescriptorProto,
  type IFieldDescriptorProto,
  type IFileDescriptorProto,
} from 'protobufjs/ext/descriptor/index.js';
import { DESCRIPTOR_SET, protoDirectory } from './proto-files.js';

export interface DescriptorIndex {
  /** Full names of the services, in the order of their files. */
  readonly services: readonly string[];
  /** The bytes of the named file, then those of everything it imports; undefined: no such file. */
  byFileName(name: string): readonly Uint8Array[] | undefined;
  /** The same for the file that defines a symbol, named in full and without a leading dot. */
  bySymbol(symbol: string): readonly Uint8Array[] | undefined;
  /** The same for the file that extends message `type` with field `number`. */
  byExtension(type: string, number: number): readonly Uint8Array[] | undefined;
  /** Numbers of all known extensions of a message, ascending; undefined: no such message. */
  extensionNumbers(type: string): readonly number[] | undefined;
}

interface File {
  readonly bytes: Uint8Array;
  readonly dependencies: readonly string[];
}

/** Reads the descriptor set of the package. @throws Error when it is missing or damaged. */
export function loadDescriptorIndex(): DescriptorIndex {
  return indexDescriptors(readFileSync(join(protoDirectory(), DESCRIPTOR_SET)));
}

/** Indexes an encoded google.protobuf.FileDescriptorSet. @throws Error when it cannot be decoded. */
export function indexDescriptors(descriptorSet: Uint8Array): DescriptorIndex {
  const files = new Map<string, File>();
  const symbols = new Map<string, string>();
  const messages = new Set<string>();
  const extensions = new Map<string, Map<number, string>>();
  const services: string[] = [];

  for (const bytes of splitFiles(descriptorSet)) {
    const file = descriptor.FileDescriptorProto.decode(bytes) as protobuf.Message & IFileDescriptorProto;
    const name = file.name ?? '';
    if (files.has(name)) continue;
    files.set(name, { bytes, dependencies: (file.dependency ?? []) as string[] });

    const define = (scope: string, symbol: string | undefined): string => {
      const full = scope === '' ? `${symbol}` : `${scope}.${symbol}`;
      symbols.set(full, name);
      return full;
    };
    const extend = (scope: string, extension: IFieldDescriptorProto): void => {
      define(scope, extension.name);
      const type = (extension.extendee ?? '').replace(/^\./, '');
      const numbers = extensions.get(type) ?? new Map<number, string>();
      extensions.set(type, numbers.set(extension.number ?? 0, name));
    };
    const message = (scope: string, type: IDescriptorProto): void => {
      const full = define(scope, type.name);
      messages.add(full);
      for (const field of type.field ?? []) define(full, field.name);
      for (const value of type.enumType ?? []) define(full, value.name);
      for (const extension of type.extension ?? []) extend(full, extension);
      for (const nested of type.nestedType ?? []) message(full, nested);
    };

    const scope = file.package ?? '';
    for (const type of file.messageType ?? []) message(scope, type);
    for (const value of file.enumType ?? []) define(scope, value.name);
    for (const extension of file.extension ?? []) extend(scope, extension);
    for (const service of file.service ?? []) {
      const full = define(scope, service.name);
      services.push(full);
      for (const method of service.method ?? []) define(full, method.name);
    }
  }

  /** A file and all it imports, each once, the file itself first. */
  function closure(name: string | undefined): Uint8Array[] | undefined {
    if (name === undefined || !files.has(name)) return undefined;
    const names = new Set([name]);
    // A Set that grows while it is walked is walked to its new end.
    for (const each of names) for (const imported of files.get(each)?.dependencies ?? []) names.add(imported);
    return [...names].flatMap((each) => files.get(each)?.bytes ?? []);
  }

  return {
    services,
    byFileName: closure,
    bySymbol: (symbol) => closure(symbols.get(symbol)),
    byExtension: (type, number) => closure(extensions.get(type)?.get(number)),
    extensionNumbers(type) {
      if (!messages.has(type)) return undefined;
      return [...(extensions.get(type)?.keys() ?? [])].sort((a, b) => a - b);
    },
  };
}

/** The files of a FileDescriptorSet, each as the bytes it came in. */
function splitFiles(descriptorSet: Uint8Array): Uint8Array[] {
  const reader = protobuf.Reader.create(descriptorSet);
  const files: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    // Field 1 of the set, length-delimited: one file.
    if (tag === 0x0a) files.push(reader.bytes());
    else reader.skipType(tag & 7);
  }
  return files;
}
