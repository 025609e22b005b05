// Original file: proto/retrovue/operations.proto

import type { TreeNode as _retrovue_playout_TreeNode, TreeNode__Output as _retrovue_playout_TreeNode__Output } from '../../retrovue/playout/TreeNode.js';
import type { Long } from '@grpc/proto-loader';

export interface TreeNode {
  'id'?: (string);
  'type'?: (string);
  'state'?: (string);
  'pid'?: (number);
  'restarts'?: (number);
  'since_utc_ms'?: (number | string | Long);
  'detail'?: (string);
  'children'?: (_retrovue_playout_TreeNode)[];
}

export interface TreeNode__Output {
  'id': (string);
  'type': (string);
  'state': (string);
  'pid': (number);
  'restarts': (number);
  'since_utc_ms': (string);
  'detail': (string);
  'children': (_retrovue_playout_TreeNode__Output)[];
}
