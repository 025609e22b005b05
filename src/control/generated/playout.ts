import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { DescriptorProto as _google_protobuf_DescriptorProto, DescriptorProto__Output as _google_protobuf_DescriptorProto__Output } from './google/protobuf/DescriptorProto.js';
import type { EnumDescriptorProto as _google_protobuf_EnumDescriptorProto, EnumDescriptorProto__Output as _google_protobuf_EnumDescriptorProto__Output } from './google/protobuf/EnumDescriptorProto.js';
import type { EnumOptions as _google_protobuf_EnumOptions, EnumOptions__Output as _google_protobuf_EnumOptions__Output } from './google/protobuf/EnumOptions.js';
import type { EnumValueDescriptorProto as _google_protobuf_EnumValueDescriptorProto, EnumValueDescriptorProto__Output as _google_protobuf_EnumValueDescriptorProto__Output } from './google/protobuf/EnumValueDescriptorProto.js';
import type { EnumValueOptions as _google_protobuf_EnumValueOptions, EnumValueOptions__Output as _google_protobuf_EnumValueOptions__Output } from './google/protobuf/EnumValueOptions.js';
import type { ExtensionRangeOptions as _google_protobuf_ExtensionRangeOptions, ExtensionRangeOptions__Output as _google_protobuf_ExtensionRangeOptions__Output } from './google/protobuf/ExtensionRangeOptions.js';
import type { FeatureSet as _google_protobuf_FeatureSet, FeatureSet__Output as _google_protobuf_FeatureSet__Output } from './google/protobuf/FeatureSet.js';
import type { FeatureSetDefaults as _google_protobuf_FeatureSetDefaults, FeatureSetDefaults__Output as _google_protobuf_FeatureSetDefaults__Output } from './google/protobuf/FeatureSetDefaults.js';
import type { FieldDescriptorProto as _google_protobuf_FieldDescriptorProto, FieldDescriptorProto__Output as _google_protobuf_FieldDescriptorProto__Output } from './google/protobuf/FieldDescriptorProto.js';
import type { FieldOptions as _google_protobuf_FieldOptions, FieldOptions__Output as _google_protobuf_FieldOptions__Output } from './google/protobuf/FieldOptions.js';
import type { FileDescriptorProto as _google_protobuf_FileDescriptorProto, FileDescriptorProto__Output as _google_protobuf_FileDescriptorProto__Output } from './google/protobuf/FileDescriptorProto.js';
import type { FileDescriptorSet as _google_protobuf_FileDescriptorSet, FileDescriptorSet__Output as _google_protobuf_FileDescriptorSet__Output } from './google/protobuf/FileDescriptorSet.js';
import type { FileOptions as _google_protobuf_FileOptions, FileOptions__Output as _google_protobuf_FileOptions__Output } from './google/protobuf/FileOptions.js';
import type { GeneratedCodeInfo as _google_protobuf_GeneratedCodeInfo, GeneratedCodeInfo__Output as _google_protobuf_GeneratedCodeInfo__Output } from './google/protobuf/GeneratedCodeInfo.js';
import type { MessageOptions as _google_protobuf_MessageOptions, MessageOptions__Output as _google_protobuf_MessageOptions__Output } from './google/protobuf/MessageOptions.js';
import type { MethodDescriptorProto as _google_protobuf_MethodDescriptorProto, MethodDescriptorProto__Output as _google_protobuf_MethodDescriptorProto__Output } from './google/protobuf/MethodDescriptorProto.js';
import type { MethodOptions as _google_protobuf_MethodOptions, MethodOptions__Output as _google_protobuf_MethodOptions__Output } from './google/protobuf/MethodOptions.js';
import type { OneofDescriptorProto as _google_protobuf_OneofDescriptorProto, OneofDescriptorProto__Output as _google_protobuf_OneofDescriptorProto__Output } from './google/protobuf/OneofDescriptorProto.js';
import type { OneofOptions as _google_protobuf_OneofOptions, OneofOptions__Output as _google_protobuf_OneofOptions__Output } from './google/protobuf/OneofOptions.js';
import type { ServiceDescriptorProto as _google_protobuf_ServiceDescriptorProto, ServiceDescriptorProto__Output as _google_protobuf_ServiceDescriptorProto__Output } from './google/protobuf/ServiceDescriptorProto.js';
import type { ServiceOptions as _google_protobuf_ServiceOptions, ServiceOptions__Output as _google_protobuf_ServiceOptions__Output } from './google/protobuf/ServiceOptions.js';
import type { SourceCodeInfo as _google_protobuf_SourceCodeInfo, SourceCodeInfo__Output as _google_protobuf_SourceCodeInfo__Output } from './google/protobuf/SourceCodeInfo.js';
import type { UninterpretedOption as _google_protobuf_UninterpretedOption, UninterpretedOption__Output as _google_protobuf_UninterpretedOption__Output } from './google/protobuf/UninterpretedOption.js';
import type { ApiVersion as _retrovue_playout_ApiVersion, ApiVersion__Output as _retrovue_playout_ApiVersion__Output } from './retrovue/playout/ApiVersion.js';
import type { ApiVersionRequest as _retrovue_playout_ApiVersionRequest, ApiVersionRequest__Output as _retrovue_playout_ApiVersionRequest__Output } from './retrovue/playout/ApiVersionRequest.js';
import type { LoadPreviewRequest as _retrovue_playout_LoadPreviewRequest, LoadPreviewRequest__Output as _retrovue_playout_LoadPreviewRequest__Output } from './retrovue/playout/LoadPreviewRequest.js';
import type { LoadPreviewResponse as _retrovue_playout_LoadPreviewResponse, LoadPreviewResponse__Output as _retrovue_playout_LoadPreviewResponse__Output } from './retrovue/playout/LoadPreviewResponse.js';
import type { PlayoutControlClient as _retrovue_playout_PlayoutControlClient, PlayoutControlDefinition as _retrovue_playout_PlayoutControlDefinition } from './retrovue/playout/PlayoutControl.js';
import type { StartChannelRequest as _retrovue_playout_StartChannelRequest, StartChannelRequest__Output as _retrovue_playout_StartChannelRequest__Output } from './retrovue/playout/StartChannelRequest.js';
import type { StartChannelResponse as _retrovue_playout_StartChannelResponse, StartChannelResponse__Output as _retrovue_playout_StartChannelResponse__Output } from './retrovue/playout/StartChannelResponse.js';
import type { StopChannelRequest as _retrovue_playout_StopChannelRequest, StopChannelRequest__Output as _retrovue_playout_StopChannelRequest__Output } from './retrovue/playout/StopChannelRequest.js';
import type { StopChannelResponse as _retrovue_playout_StopChannelResponse, StopChannelResponse__Output as _retrovue_playout_StopChannelResponse__Output } from './retrovue/playout/StopChannelResponse.js';
import type { SwitchToLiveRequest as _retrovue_playout_SwitchToLiveRequest, SwitchToLiveRequest__Output as _retrovue_playout_SwitchToLiveRequest__Output } from './retrovue/playout/SwitchToLiveRequest.js';
import type { SwitchToLiveResponse as _retrovue_playout_SwitchToLiveResponse, SwitchToLiveResponse__Output as _retrovue_playout_SwitchToLiveResponse__Output } from './retrovue/playout/SwitchToLiveResponse.js';
import type { UpdatePlanRequest as _retrovue_playout_UpdatePlanRequest, UpdatePlanRequest__Output as _retrovue_playout_UpdatePlanRequest__Output } from './retrovue/playout/UpdatePlanRequest.js';
import type { UpdatePlanResponse as _retrovue_playout_UpdatePlanResponse, UpdatePlanResponse__Output as _retrovue_playout_UpdatePlanResponse__Output } from './retrovue/playout/UpdatePlanResponse.js';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  google: {
    protobuf: {
      DescriptorProto: MessageTypeDefinition<_google_protobuf_DescriptorProto, _google_protobuf_DescriptorProto__Output>
      Edition: EnumTypeDefinition
      EnumDescriptorProto: MessageTypeDefinition<_google_protobuf_EnumDescriptorProto, _google_protobuf_EnumDescriptorProto__Output>
      EnumOptions: MessageTypeDefinition<_google_protobuf_EnumOptions, _google_protobuf_EnumOptions__Output>
      EnumValueDescriptorProto: MessageTypeDefinition<_google_protobuf_EnumValueDescriptorProto, _google_protobuf_EnumValueDescriptorProto__Output>
      EnumValueOptions: MessageTypeDefinition<_google_protobuf_EnumValueOptions, _google_protobuf_EnumValueOptions__Output>
      ExtensionRangeOptions: MessageTypeDefinition<_google_protobuf_ExtensionRangeOptions, _google_protobuf_ExtensionRangeOptions__Output>
      FeatureSet: MessageTypeDefinition<_google_protobuf_FeatureSet, _google_protobuf_FeatureSet__Output>
      FeatureSetDefaults: MessageTypeDefinition<_google_protobuf_FeatureSetDefaults, _google_protobuf_FeatureSetDefaults__Output>
      FieldDescriptorProto: MessageTypeDefinition<_google_protobuf_FieldDescriptorProto, _google_protobuf_FieldDescriptorProto__Output>
      FieldOptions: MessageTypeDefinition<_google_protobuf_FieldOptions, _google_protobuf_FieldOptions__Output>
      FileDescriptorProto: MessageTypeDefinition<_google_protobuf_FileDescriptorProto, _google_protobuf_FileDescriptorProto__Output>
      FileDescriptorSet: MessageTypeDefinition<_google_protobuf_FileDescriptorSet, _google_protobuf_FileDescriptorSet__Output>
      FileOptions: MessageTypeDefinition<_google_protobuf_FileOptions, _google_protobuf_FileOptions__Output>
      GeneratedCodeInfo: MessageTypeDefinition<_google_protobuf_GeneratedCodeInfo, _google_protobuf_GeneratedCodeInfo__Output>
      MessageOptions: MessageTypeDefinition<_google_protobuf_MessageOptions, _google_protobuf_MessageOptions__Output>
      MethodDescriptorProto: MessageTypeDefinition<_google_protobuf_MethodDescriptorProto, _google_protobuf_MethodDescriptorProto__Output>
      MethodOptions: MessageTypeDefinition<_google_protobuf_MethodOptions, _google_protobuf_MethodOptions__Output>
      OneofDescriptorProto: MessageTypeDefinition<_google_protobuf_OneofDescriptorProto, _google_protobuf_OneofDescriptorProto__Output>
      OneofOptions: MessageTypeDefinition<_google_protobuf_OneofOptions, _google_protobuf_OneofOptions__Output>
      ServiceDescriptorProto: MessageTypeDefinition<_google_protobuf_ServiceDescriptorProto, _google_protobuf_ServiceDescriptorProto__Output>
      ServiceOptions: MessageTypeDefinition<_google_protobuf_ServiceOptions, _google_protobuf_ServiceOptions__Output>
      SourceCodeInfo: MessageTypeDefinition<_google_protobuf_SourceCodeInfo, _google_protobuf_SourceCodeInfo__Output>
      SymbolVisibility: EnumTypeDefinition
      UninterpretedOption: MessageTypeDefinition<_google_protobuf_UninterpretedOption, _google_protobuf_UninterpretedOption__Output>
    }
  }
  retrovue: {
    playout: {
      ApiVersion: MessageTypeDefinition<_retrovue_playout_ApiVersion, _retrovue_playout_ApiVersion__Output>
      ApiVersionRequest: MessageTypeDefinition<_retrovue_playout_ApiVersionRequest, _retrovue_playout_ApiVersionRequest__Output>
      LoadPreviewRequest: MessageTypeDefinition<_retrovue_playout_LoadPreviewRequest, _retrovue_playout_LoadPreviewRequest__Output>
      LoadPreviewResponse: MessageTypeDefinition<_retrovue_playout_LoadPreviewResponse, _retrovue_playout_LoadPreviewResponse__Output>
      PlayoutControl: SubtypeConstructor<typeof grpc.Client, _retrovue_playout_PlayoutControlClient> & { service: _retrovue_playout_PlayoutControlDefinition }
      StartChannelRequest: MessageTypeDefinition<_retrovue_playout_StartChannelRequest, _retrovue_playout_StartChannelRequest__Output>
      StartChannelResponse: MessageTypeDefinition<_retrovue_playout_StartChannelResponse, _retrovue_playout_StartChannelResponse__Output>
      StopChannelRequest: MessageTypeDefinition<_retrovue_playout_StopChannelRequest, _retrovue_playout_StopChannelRequest__Output>
      StopChannelResponse: MessageTypeDefinition<_retrovue_playout_StopChannelResponse, _retrovue_playout_StopChannelResponse__Output>
      SwitchToLiveRequest: MessageTypeDefinition<_retrovue_playout_SwitchToLiveRequest, _retrovue_playout_SwitchToLiveRequest__Output>
      SwitchToLiveResponse: MessageTypeDefinition<_retrovue_playout_SwitchToLiveResponse, _retrovue_playout_SwitchToLiveResponse__Output>
      UpdatePlanRequest: MessageTypeDefinition<_retrovue_playout_UpdatePlanRequest, _retrovue_playout_UpdatePlanRequest__Output>
      UpdatePlanResponse: MessageTypeDefinition<_retrovue_playout_UpdatePlanResponse, _retrovue_playout_UpdatePlanResponse__Output>
    }
  }
}

